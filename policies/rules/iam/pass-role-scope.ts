import { documentRule } from "../../document-check";

export const passRoleScope = documentRule({
  name: "pass-role-scope",
  documents: "identity",
  together: true,
  what: "A permission to pass roles names the roles, or the service that they may be passed to.",
  why: "Who may pass any role to a service of its choice can run code with the most powerful role of the account.",
  example: [
    '{ "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::ACCOUNT:role/NAME",',
    '  "Condition": { "StringEquals": { "iam:PassedToService": "sagemaker.amazonaws.com" } } }',
  ],
  standards: { nist80053r5: "AC-3, AC-6" },
});
