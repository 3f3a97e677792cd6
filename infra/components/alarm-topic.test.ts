import assert from "node:assert/strict";
import { monitoringSchema } from "../schema/monitoring";
import { allOf, only, statement } from "../testing/find";
import { testLocation } from "../testing/location";
import { record, type Recording, type RecordOptions } from "../testing/recorder";
import { AlarmTopic } from "./alarm-topic";

function build(options?: RecordOptions): Promise<Recording<unknown>> {
  return record(
    () =>
      new AlarmTopic("alarms", {
        naming: { project: "kennel", stack: "dev" },
        location: testLocation(),
        settings: monitoringSchema.parse({ emails: ["a@example.com", "b@example.com"] }),
      }),
    options,
  );
}

describe("AlarmTopic", () => {
  it("tells everybody by mail", async () => {
    const recording = await build();
    const topic = only(recording, "aws:sns/topic:Topic");
    assert.equal(topic.inputs["name"], "kennel-dev-alarms");
    const subscriptions = allOf(recording, "aws:sns/topicSubscription:TopicSubscription");
    assert.deepEqual(
      subscriptions.map(({ inputs }) => [inputs["protocol"], inputs["endpoint"], inputs["topic"]]),
      ["a@example.com", "b@example.com"].map((email) => [
        "email",
        email,
        "arn:aws:sns:us-east-1:123456789012:kennel-dev-alarms",
      ]),
    );
  });

  it("accepts this account's alarms over TLS and nothing else", async () => {
    const topicPolicy = only(await build({ stage: "preview" }), "aws:sns/topicPolicy:TopicPolicy");
    assert.deepEqual(statement(topicPolicy, "AllowAlarmsOfThisAccount"), {
      Sid: "AllowAlarmsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: "arn:aws:sns:us-east-1:123456789012:kennel-dev-alarms",
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    });
    assert.equal(statement(topicPolicy, "DenyWithoutTls").Effect, "Deny");
  });
});
