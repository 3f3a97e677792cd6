import { documentRule, judgeDocuments } from "../../document-check";
import { resourcePolicyDocuments, RESOURCE_POLICY_TYPES } from "../../documents";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";

const PERMISSION = "aws:lambda/permission:Permission";

export const noPublicResourcePolicy = defineRule({
  ...documentRule("no-public-resource-policy"),
  what: "No bucket, repository, key, topic, queue, secret or function can be used by anyone.",
  why: "A principal of * without a condition is anybody with an AWS account, or without one.",
  howToFix: [
    "Name the principal, or restrict it to the organization:",
    "",
    "```json",
    '"Principal": { "AWS": "arn:aws:iam::ACCOUNT:role/NAME" }',
    '"Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-ORGANIZATION" } }',
    "```",
  ].join("\n"),
  standards: {
    cisAws5: ["2.1.4"],
    nist80053r5: ["AC-3", "AC-6", "AC-21", "SC-7"],
    securityHub: ["S3.2", "S3.6", "Lambda.1", "SQS.3", "SNS.4", "KMS.5"],
  },
  resource: {
    types: [...RESOURCE_POLICY_TYPES, PERMISSION],
    *check(resource): Generator<Outcome> {
      yield* judgeDocuments("no-public-resource-policy", resourcePolicyDocuments(resource));
      if (resource.type === PERMISSION) {
        yield* judgePermission(resource);
      }
    },
  },
});

function* judgePermission({ name, properties }: JudgedResource): Generator<Outcome> {
  if (properties["principal"] === "*" && !isLimited(properties)) {
    yield {
      message: `${name} lets anyone call the function`,
      fix: 'Name the caller: principal: "s3.amazonaws.com", sourceArn: bucket.arn, sourceAccount: "ACCOUNT"',
    };
  }
}

function isLimited(properties: JudgedResource["properties"]): boolean {
  return ["principalOrgId", "sourceArn", "sourceAccount"].some(
    (key) => properties[key] !== undefined && properties[key] !== null,
  );
}
