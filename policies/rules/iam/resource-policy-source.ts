import { documentRule, judgeDocuments } from "../../document-check";
import { resourcePolicyDocuments, RESOURCE_POLICY_TYPES } from "../../documents";
import { defineRule, type Outcome } from "../../rule";

const PERMISSION = "aws:lambda/permission:Permission";

export const resourcePolicySource = defineRule({
  ...documentRule("resource-policy-source"),
  what: "A resource that an AWS service may use says on whose behalf.",
  why: "Without it another customer can make the service use the resource (the confused deputy).",
  howToFix: [
    "```json",
    '"Condition": { "StringEquals": { "aws:SourceAccount": "ACCOUNT" } }',
    "```",
  ].join("\n"),
  standards: { nist80053r5: ["AC-4", "AC-6"] },
  resource: {
    types: [...RESOURCE_POLICY_TYPES, PERMISSION],
    *check(resource): Generator<Outcome> {
      yield* judgeDocuments("resource-policy-source", resourcePolicyDocuments(resource));
      if (resource.type === PERMISSION) {
        const { principal, sourceArn, sourceAccount, principalOrgId } = resource.known;
        const isService = typeof principal === "string" && principal.includes(".amazonaws.com");
        if (isService && [sourceArn, sourceAccount, principalOrgId].every(isAbsent)) {
          yield {
            message: `${resource.name} lets ${principal} call the function for any customer`,
            fix: 'Say for whom: sourceAccount: "ACCOUNT", or sourceArn with the ARN of what calls',
          };
        }
      }
    },
  },
});

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
