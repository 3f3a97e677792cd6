import assert from "node:assert/strict";
import { monitoringSchema } from "../../schema/monitoring";
import { allOf, only, statement } from "../../testing/find";
import { testLocation } from "../../testing/location";
import { record, type Recording, type RecordOptions } from "../../offline/recorder";
import { AlarmTopic } from "./alarm-topic";

const webhooks = ["https://events.example.com/integration/0123456789abcdef"];

function build(options?: RecordOptions): Promise<Recording<unknown>> {
  return record(
    () =>
      new AlarmTopic("alarms", {
        topicName: "kennel-dev-alarms",
        location: testLocation(),
        settings: monitoringSchema.parse({ emails: ["a@example.com", "b@example.com"], webhooks }),
      }),
    options,
  );
}

/** The value inside a secret, as it travels to the engine. */
function plain(secret: unknown): unknown {
  return (secret as { value?: unknown }).value;
}

describe("AlarmTopic", () => {
  it("tells everybody by mail", async () => {
    const recording = await build();
    const topic = only(recording, "aws:sns/topic:Topic");
    assert.equal(topic.inputs["name"], "kennel-dev-alarms");
    const subscriptions = allOf(recording, "aws:sns/topicSubscription:TopicSubscription");
    const told = subscriptions.map(
      ({ inputs }) => `${inputs["protocol"]} ${plain(inputs["endpoint"])}`,
    );
    assert.deepEqual(told.sort(), [
      "email a@example.com",
      "email b@example.com",
      `https ${webhooks[0]}`,
    ]);
  });

  it("keeps addresses out of names, and secret", async () => {
    for (const { name, inputs } of (await build()).resources) {
      assert.doesNotMatch(name, /example/);
      if (inputs["endpoint"] !== undefined) {
        assert.equal(typeof plain(inputs["endpoint"]), "string");
        assert.notEqual(typeof inputs["endpoint"], "string", "a plain address in the state");
      }
    }
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
