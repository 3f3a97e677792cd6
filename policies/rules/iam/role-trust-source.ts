import { documentRule } from "../../document-check";

export const roleTrustSource = documentRule({
  name: "role-trust-source",
  documents: "trust",
  what: "A role that a service assumes says on whose behalf.",
  why: "Without it another customer can make the service act with this role (the confused deputy).",
  example: '"Condition": { "StringEquals": { "aws:SourceAccount": "ACCOUNT" } }',
  standards: { nist80053r5: "AC-4, AC-6" },
});
