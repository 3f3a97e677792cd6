import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { only } from "../../testing/find";
import { testLocation } from "../../testing/location";
import { record, type Recording } from "../../offline/recorder";
import { DeadLetters } from "./dead-letters";

const queueType = "aws:sqs/queue:Queue";

function build(kmsKeyArn?: string): Promise<Recording<unknown>> {
  return record(() => {
    const alias = new aws.lambda.Alias("main", {
      name: "live",
      functionName: "kennel-dev-main",
      functionVersion: "1",
    });
    return new DeadLetters("main", {
      queueName: "kennel-dev-main-failed",
      location: testLocation(),
      alias,
      kmsKeyArn,
      settings: { retries: 1, maximumAgeSeconds: 3600, retentionDays: 7 },
    });
  });
}

describe("DeadLetters", () => {
  it("keeps failed calls of the alias for the configured days, encrypted", async () => {
    const recording = await build();
    assert.deepEqual(only(recording, queueType).inputs, {
      name: "kennel-dev-main-failed",
      messageRetentionSeconds: 604_800,
      sqsManagedSseEnabled: true,
    });
    const type = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
    assert.deepEqual(only(recording, type).inputs, {
      functionName: "kennel-dev-main",
      qualifier: "live",
      maximumEventAgeInSeconds: 3600,
      maximumRetryAttempts: 1,
      destinationConfig: {
        onFailure: { destination: "arn:aws:sqs:us-east-1:123456789012:kennel-dev-main-failed" },
      },
    });
  });

  it("takes your own key instead of SQS's", async () => {
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";
    const { inputs } = only(await build(kmsKeyArn), queueType);
    assert.equal(inputs["kmsMasterKeyId"], kmsKeyArn);
    assert.equal(inputs["sqsManagedSseEnabled"], undefined, "SQS refuses both");
  });

  it("refuses whoever comes without TLS", async () => {
    const { inputs } = only(await build(), "aws:sqs/queuePolicy:QueuePolicy");
    assert.deepEqual(inputs["policy"], {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "DenyWithoutTls",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: "arn:aws:sqs:us-east-1:123456789012:kennel-dev-main-failed",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });
});
