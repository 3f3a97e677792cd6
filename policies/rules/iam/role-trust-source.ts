import { documentRule, judgeDocuments } from "../../document-check";
import { trustDocuments, TRUST_TYPES } from "../../documents";
import { defineRule } from "../../rule";

export const roleTrustSource = defineRule({
  ...documentRule("role-trust-source"),
  what: "A role that a service assumes says on whose behalf.",
  why: "Without it another customer can make the service act with this role (the confused deputy).",
  howToFix: [
    "```json",
    '"Condition": { "StringEquals": { "aws:SourceAccount": "ACCOUNT" } }',
    "```",
  ].join("\n"),
  standards: { nist80053r5: ["AC-4", "AC-6"] },
  resource: {
    types: TRUST_TYPES,
    check: (resource) => judgeDocuments("role-trust-source", trustDocuments(resource)),
  },
});
