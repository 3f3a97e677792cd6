import { documentRule } from "../../document-check";

export const resourcePolicySource = documentRule({
  name: "resource-policy-source",
  documents: "resource",
  what: "A resource that an AWS service may use says on whose behalf.",
  why: "Without it another customer can make the service use the resource (the confused deputy).",
  example: '"Condition": { "StringEquals": { "aws:SourceAccount": "ACCOUNT" } }',
  standards: { nist80053r5: "AC-4, AC-6" },
});
