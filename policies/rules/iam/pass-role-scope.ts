import { documentRule, judgeDocuments, judgeHoldings } from "../../document-check";
import { identityDocuments, IDENTITY_TYPES } from "../../documents";
import { defineRule } from "../../rule";

export const passRoleScope = defineRule({
  ...documentRule("pass-role-scope"),
  what: "A permission to pass roles names the roles, or the service that they may be passed to.",
  why: "Who may pass any role to a service of its choice can run code with the most powerful role of the account.",
  howToFix: [
    "```json",
    '{ "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::ACCOUNT:role/NAME",',
    '  "Condition": { "StringEquals": { "iam:PassedToService": "sagemaker.amazonaws.com" } } }',
    "```",
  ].join("\n"),
  standards: { nist80053r5: ["AC-3", "AC-6"] },
  resource: {
    types: IDENTITY_TYPES,
    check: (resource) => judgeDocuments("pass-role-scope", identityDocuments(resource)),
  },
  stack: (stack) => judgeHoldings("pass-role-scope", stack),
});
