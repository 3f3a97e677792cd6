import { documentRule, judgeDocuments, judgeHoldings } from "../../document-check";
import {
  attachedPolicies,
  ATTACHING_TYPES,
  identityDocuments,
  IDENTITY_TYPES,
} from "../../documents";
import { explainManagedPolicy } from "../../iam/managed-policies";
import { defineRule, type Outcome } from "../../rule";

export const noFullAccess = defineRule({
  ...documentRule("no-full-access"),
  what: "No policy allows every action of a service on every resource, whether it is written here or managed by AWS.",
  why: "Whoever gets hold of such a role can do to the service whatever its owner can, including what AWS adds to it next year.",
  howToFix: [
    "Allow the actions that are called, on the resources they are called on; a role that trains or serves needs a handful.",
    "IAM Access Analyzer generates them from CloudTrail.",
    "",
    "```json",
    '{ "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::BUCKET/PREFIX/*" }',
    "```",
  ].join("\n"),
  standards: {
    cisAws5: ["1.15"],
    nist80053r5: ["AC-3", "AC-6", "AC-6(10)"],
    securityHub: ["IAM.1", "IAM.21"],
  },
  resource: {
    types: [...new Set([...IDENTITY_TYPES, ...ATTACHING_TYPES])],
    *check(resource): Generator<Outcome> {
      yield* judgeDocuments("no-full-access", identityDocuments(resource));
      for (const { path, arn } of attachedPolicies(resource)) {
        const explanation = arn === undefined ? undefined : explainManagedPolicy(arn);
        if (explanation !== undefined) {
          yield { ...explanation, message: `${path}: ${explanation.message}.` };
        }
        if (arn === undefined) {
          yield { unknown: path };
        }
      }
    },
  },
  stack: (stack) => judgeHoldings("no-full-access", stack),
});
