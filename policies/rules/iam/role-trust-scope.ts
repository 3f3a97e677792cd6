import { documentRule } from "../../document-check";

export const roleTrustScope = documentRule({
  name: "role-trust-scope",
  documents: "trust",
  what: "No role can be assumed by anyone, or by every user of an identity provider.",
  why: "Such a role belongs to the whole world: any AWS account can assume it.",
  example: '"Principal": { "AWS": "arn:aws:iam::ACCOUNT:role/NAME" }',
  standards: { nist80053r5: "AC-3, AC-6" },
});
