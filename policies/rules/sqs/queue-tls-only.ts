import { defineRule } from "../../rule";
import { judgeTlsOnly } from "../tls-only";
import { QUEUE, QUEUE_POLICY } from "./types";

const FIX =
  '{ Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: queue.arn, Condition: { Bool: { "aws:SecureTransport": "false" } } }';

export const queueTlsOnly = defineRule({
  name: "queue-tls-only",
  what: "Every queue's policy denies requests without TLS.",
  why: "SQS also answers over plain HTTP: what is sent that way can be read and changed in transit.",
  example: [
    "new aws.sqs.QueuePolicy(name, {",
    "  queueUrl: queue.url,",
    "  policy: {",
    '    Version: "2012-10-17",',
    `    Statement: [${FIX}],`,
    "  },",
    "});",
  ],
  severity: "medium",
  level: "mandatory",
  standards: { nist80053r5: "AC-17(2), AC-4, SC-13, SC-23, SC-8, SC-8(1)" },
  stack: (stack) =>
    judgeTlsOnly(stack, {
      owners: [QUEUE],
      policies: { [QUEUE_POLICY]: "policy" },
      link: () => ({ from: "queueUrl", to: "url" }),
      nameOf: ({ known }) => known["name"],
      service: "sqs",
      resources: (name) => [`arn:\${Partition}:sqs:\${Region}:\${Account}:${name}`],
      on: "the queue",
      fix: () => FIX,
    }),
});
