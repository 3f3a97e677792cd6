import { documentRule } from "../../document-check";
import type { Outcome } from "../../rule";
import { PERMISSION } from "../lambda/types";
import { isAbsent } from "../values";

export const resourcePolicySource = documentRule({
  name: "resource-policy-source",
  documents: "resource",
  what: "A resource that an AWS service may use says on whose behalf.",
  why: "Without it another customer can make the service use the resource (the confused deputy).",
  example: '"Condition": { "StringEquals": { "aws:SourceAccount": "ACCOUNT" } }',
  standards: { nist80053r5: "AC-4, AC-6" },
  types: [PERMISSION],
  *check({ name, known }): Generator<Outcome> {
    const { principal, sourceArn, sourceAccount, principalOrgId } = known;
    const isService = typeof principal === "string" && principal.includes(".amazonaws.com");
    if (isService && [sourceArn, sourceAccount, principalOrgId].every(isAbsent)) {
      yield {
        message: `${name} lets ${principal} call the function for any customer`,
        fix: 'Say for whom: sourceAccount: "ACCOUNT", or sourceArn with the ARN of what calls',
      };
    }
  },
});
