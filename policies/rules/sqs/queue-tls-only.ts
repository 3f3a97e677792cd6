import { readDocument, type PolicyDocument } from "../../iam/document";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { deniesPlainHttp as denies } from "../plain-http";
import { attachedTo } from "../references";
import { declared, isAbsent } from "../values";
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
  types: [QUEUE],
  *inStack(queue, stack): Generator<Outcome> {
    const link = { from: "queueUrl", to: "url" };
    const queues = stack.ofType(QUEUE);
    const { found, unclear } = attachedTo(queue, queues, stack.ofType(QUEUE_POLICY), link);
    // A queue whose policy stands apart shows that one among its outputs, too.
    const held =
      found.length > 0
        ? found.map((holder) => ({ holder, policy: holder.known["policy"] }))
        : [{ holder: queue, policy: declared(queue, "policy") as unknown }];
    const documents = held
      .filter(({ policy }) => !isAbsent(policy) && policy !== "")
      .map(({ holder, policy }) => ({ holder, ...readDocument(policy) }));
    if (documents.some((document) => deniesPlainHttp(document, queue))) {
      return;
    }
    const unknown = documents.find((document) => document.unknown.length > 0);
    if (unknown !== undefined) {
      const [path] = unknown.unknown;
      yield { resource: unknown.holder, unknown: path === "" ? "policy" : `policy.${path}` };
    } else if (documents.length === 0 && unclear.length > 0) {
      yield { resource: unclear[0]!, unknown: "queueUrl" };
    } else {
      yield {
        message: `${queue.name} has no policy that denies every action to everybody who comes without TLS.`,
        fix: FIX,
      };
    }
  },
});

/** A queue's policy concerns that queue alone, so the queue's name in the ARN decides. */
function deniesPlainHttp({ statements }: PolicyDocument, { known }: JudgedResource): boolean {
  const name = typeof known["name"] === "string" ? known["name"] : "[a.]";
  return denies(statements, "sqs", `arn:\${Partition}:sqs:\${Region}:\${Account}:${name}`);
}
