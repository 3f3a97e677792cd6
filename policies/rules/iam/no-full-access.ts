import { identityDocuments, IDENTITY_POLICY_TYPES } from "../../documents";
import { explainFullAccess } from "../../iam/explain";
import { fullAccess } from "../../iam/full-access";
import { defineRule, type Outcome } from "../../rule";

const FIX = `Allow the actions that are called, on the resources they are called on:
{ "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::BUCKET/PREFIX/*" }`;

export const noFullAccess = defineRule({
  name: "no-full-access",
  what: "No policy allows every action of a service on every resource.",
  why: "Whoever gets hold of such a role can do to the service whatever its owner can, including what AWS adds to it next year.",
  howToFix: `${FIX}\nA role that trains or serves needs a handful of actions; IAM Access Analyzer generates them from CloudTrail.`,
  severity: "critical",
  level: "mandatory",
  standards: {
    cisAws5: ["1.15"],
    nist80053r5: ["AC-3", "AC-6", "AC-6(10)"],
    securityHub: ["IAM.1", "IAM.21"],
  },
  resource: {
    types: IDENTITY_POLICY_TYPES,
    *check(resource): Generator<Outcome> {
      for (const { path, document, unknown: unknowns } of identityDocuments(resource)) {
        for (const access of fullAccess(document.statements)) {
          yield { message: `${path}: ${explainFullAccess(access)}.`, fix: FIX };
        }
        for (const unknown of unknowns) {
          yield { unknown };
        }
      }
    },
  },
});
