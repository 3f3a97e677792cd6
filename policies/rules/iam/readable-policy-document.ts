import { documentRule, judgeDocuments } from "../../document-check";
import {
  identityDocuments,
  IDENTITY_TYPES,
  resourcePolicyDocuments,
  RESOURCE_POLICY_TYPES,
  trustDocuments,
  TRUST_TYPES,
} from "../../documents";
import { defineRule } from "../../rule";

export const readablePolicyDocument = defineRule({
  ...documentRule("readable-policy-document"),
  what: "Every policy document can be read: valid JSON, with the elements and types that IAM knows.",
  why: "What cannot be read cannot be judged, and AWS rejects it in the middle of a deployment.",
  howToFix: [
    "```json",
    '{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::BUCKET/*" }] }',
    "```",
  ].join("\n"),
  standards: { nist80053r5: ["CM-2"] },
  resource: {
    types: [...new Set([...IDENTITY_TYPES, ...TRUST_TYPES, ...RESOURCE_POLICY_TYPES])],
    check: (resource) =>
      judgeDocuments("readable-policy-document", [
        ...identityDocuments(resource),
        ...trustDocuments(resource),
        ...resourcePolicyDocuments(resource),
      ]),
  },
});
