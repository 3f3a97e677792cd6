import { documentRule } from "../../document-check";
import { attachedPolicies, ATTACHING_TYPES } from "../../documents";
import { explainManagedPolicy } from "../../iam/managed-policies";
import type { Outcome } from "../../rule";

export const noFullAccess = documentRule({
  name: "no-full-access",
  documents: "identity",
  together: true,
  what: "No policy allows every action of a service on every resource, whether it is written here or managed by AWS.",
  why: "Whoever gets hold of such a role can do to the service whatever its owner can, including what AWS adds to it next year.",
  howToFix:
    "Allow the actions that are called, on the resources they are called on; a role that trains or serves needs a handful. IAM Access Analyzer generates them from CloudTrail.",
  example:
    '{ "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::BUCKET/PREFIX/*" }',
  standards: {
    cisAws5: "1.15",
    nist80053r5: "AC-3, AC-6, AC-6(10)",
    securityHub: "IAM.1, IAM.21",
  },
  types: ATTACHING_TYPES,
  *check(resource): Generator<Outcome> {
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
});
