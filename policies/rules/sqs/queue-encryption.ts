import { defineRule, type Outcome } from "../../rule";
import { QUEUE } from "./types";

const FIX = "sqsManagedSseEnabled: true, // or: kmsMasterKeyId: key.arn,";

export const queueEncryption = defineRule({
  name: "queue-encryption",
  what: "No queue has its encryption switched off.",
  why: "A message holds what a caller sent. SQS encrypts it unless it is told not to.",
  example: [`new aws.sqs.Queue(name, { ${FIX}`, "  …", "});"],
  severity: "medium",
  level: "mandatory",
  standards: {
    nist80053r5: "CA-9(1), CM-3(6), SC-13, SC-28, SC-28(1), SC-7(10), SI-7(6)",
    securityHub: "SQS.1",
  },
  types: [QUEUE],
  *check({ name, properties }): Generator<Outcome> {
    // SQS takes one of both: with a key the other is off.
    if (properties["sqsManagedSseEnabled"] === false && !properties["kmsMasterKeyId"]) {
      yield { message: `${name} stores its messages unencrypted.`, fix: FIX };
    }
  },
});
