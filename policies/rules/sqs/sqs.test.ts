import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import type { Rule } from "../../rule";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { queueEncryption } from "./queue-encryption";
import { queueTlsOnly } from "./queue-tls-only";
import { QUEUE, QUEUE_POLICY } from "./types";

const url = "https://sqs.us-east-1.amazonaws.com/123456789012/failed";
const arn = "arn:aws:sqs:us-east-1:123456789012:failed";
const queue = (props: object = {}): JudgedResource =>
  testResource({ type: QUEUE, name: "failed", props: { name: "failed", url, ...props } });

const denial = {
  Effect: "Deny",
  Principal: "*",
  Action: "sqs:*",
  Resource: arn,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const documentOf = (statement: object) => ({ Version: "2012-10-17", Statement: [statement] });
const policy = (props: object = {}, sources: readonly JudgedResource[] = []): JudgedResource =>
  testResource({
    type: QUEUE_POLICY,
    name: "tls",
    props: { queueUrl: url, policy: documentOf(denial), ...props },
    propertyDependencies: { queueUrl: sources },
  });

function said(rule: Rule, ...resources: JudgedResource[]): string[] {
  return outcomesOf(rule, resources).map((outcome) =>
    "unknown" in outcome
      ? `unknown: ${outcome.resource?.name ?? ""} ${outcome.unknown}`
      : outcome.message,
  );
}

describe("queue-encryption", () => {
  it("finds a queue whose encryption is switched off", () => {
    assert.deepEqual(said(queueEncryption, queue({ sqsManagedSseEnabled: false })), [
      "failed stores its messages unencrypted.",
    ]);
  });

  for (const [title, props] of [
    ["SQS's own key", { sqsManagedSseEnabled: true }],
    ["SQS's default", {}],
    [
      "a key of KMS, which switches SQS's own off",
      { sqsManagedSseEnabled: false, kmsMasterKeyId: "k" },
    ],
  ] as const) {
    it(`is content with ${title}`, () => {
      assert.deepEqual(said(queueEncryption, queue(props)), []);
    });
  }

  it("names what a preview does not know", () => {
    assert.deepEqual(said(queueEncryption, queue({ sqsManagedSseEnabled: UNKNOWN })), [
      "unknown: failed sqsManagedSseEnabled",
    ]);
  });
});

describe("queue-tls-only", () => {
  const missing = "failed has no policy that denies requests without TLS.";

  it("is content with a policy beside the queue, or in it", () => {
    assert.deepEqual(said(queueTlsOnly, queue(), policy()), []);
    assert.deepEqual(said(queueTlsOnly, queue({ policy: JSON.stringify(documentOf(denial)) })), []);
  });

  it("is content in a preview that knows the queue's name and nothing more", () => {
    const planned = queue({ url: UNKNOWN, policy: UNKNOWN });
    const beside = policy({ queueUrl: UNKNOWN }, [planned]);
    assert.deepEqual(said(queueTlsOnly, planned, beside), []);
  });

  it("finds a queue without a policy, also in a preview", () => {
    assert.deepEqual(said(queueTlsOnly, queue()), [missing]);
    assert.deepEqual(said(queueTlsOnly, queue({ policy: UNKNOWN })), [missing]);
    const another = policy({ queueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/other" });
    assert.deepEqual(said(queueTlsOnly, queue(), another), [missing]);
  });

  for (const [title, change] of [
    ["one action only", { Action: "sqs:SendMessage" }],
    ["one account only", { Principal: { AWS: "123456789012" } }],
    ["another queue", { Resource: `${arn}-2` }],
    ["requests with TLS", { Condition: { Bool: { "aws:SecureTransport": "true" } } }],
    ["nobody, but admits them", { Effect: "Allow" }],
  ] as const) {
    it(`finds a policy that denies ${title}`, () => {
      const document = documentOf({ ...denial, ...change });
      assert.deepEqual(said(queueTlsOnly, queue(), policy({ policy: document })), [
        "tls has no statement that denies every action on the queue to everybody who comes without TLS.",
      ]);
    });
  }

  it("names what a preview does not know", () => {
    assert.deepEqual(said(queueTlsOnly, queue(), policy({ policy: UNKNOWN })), [
      "unknown: tls policy",
    ]);
    assert.deepEqual(said(queueTlsOnly, queue(), policy({ queueUrl: UNKNOWN })), [
      "unknown: tls queueUrl",
    ]);
  });
});
