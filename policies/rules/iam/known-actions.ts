import { documentRule, judgeDocuments } from "../../document-check";
import {
  identityDocuments,
  IDENTITY_TYPES,
  resourcePolicyDocuments,
  RESOURCE_POLICY_TYPES,
  trustDocuments,
  TRUST_TYPES,
} from "../../documents";
import { defineRule } from "../../rule";

export const knownActions = defineRule({
  ...documentRule("known-actions"),
  what: "Policies name actions that AWS has.",
  why: "A misspelt action is accepted and has no effect: what it should allow fails later, and what it should deny is allowed.",
  howToFix: "Write the action as the Service Authorization Reference lists it.",
  standards: { nist80053r5: ["CM-2"] },
  resource: {
    types: [...new Set([...IDENTITY_TYPES, ...TRUST_TYPES, ...RESOURCE_POLICY_TYPES])],
    check: (resource) =>
      judgeDocuments("known-actions", [
        ...identityDocuments(resource),
        ...trustDocuments(resource),
        ...resourcePolicyDocuments(resource),
      ]),
  },
});
