import { documentRule, judgeDocuments } from "../../document-check";
import { trustDocuments, TRUST_TYPES } from "../../documents";
import { defineRule } from "../../rule";

export const roleTrustScope = defineRule({
  ...documentRule("role-trust-scope"),
  what: "No role can be assumed by anyone, or by every user of an identity provider.",
  why: "Such a role belongs to the whole world: any AWS account can assume it.",
  howToFix: ["```json", '"Principal": { "AWS": "arn:aws:iam::ACCOUNT:role/NAME" }', "```"].join(
    "\n",
  ),
  standards: { nist80053r5: ["AC-3", "AC-6"] },
  resource: {
    types: TRUST_TYPES,
    check: (resource) => judgeDocuments("role-trust-scope", trustDocuments(resource)),
  },
});
