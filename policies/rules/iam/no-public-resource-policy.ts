import { documentRule } from "../../document-check";

export const noPublicResourcePolicy = documentRule({
  name: "no-public-resource-policy",
  documents: "resource",
  what: "No bucket, repository, key, topic, queue, secret or function can be used by anyone.",
  why: "A principal of * without a condition is anybody with an AWS account, or without one.",
  howToFix: "Name the principal, or restrict it to the organization:",
  example: [
    '"Principal": { "AWS": "arn:aws:iam::ACCOUNT:role/NAME" }',
    '"Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-ORGANIZATION" } }',
  ],
  standards: {
    cisAws5: "2.1.4",
    nist80053r5: "AC-3, AC-6, AC-21, SC-7",
    securityHub: "S3.2, S3.6, Lambda.1, SQS.3, SNS.4, KMS.5",
  },
});
