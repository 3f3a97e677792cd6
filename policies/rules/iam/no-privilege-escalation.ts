import { documentRule, judgeDocuments, judgeHoldings } from "../../document-check";
import { identityDocuments, IDENTITY_TYPES } from "../../documents";
import { defineRule } from "../../rule";

export const noPrivilegeEscalation = defineRule({
  ...documentRule("no-privilege-escalation"),
  what: "No policy holds permissions with which its holder can give itself more.",
  why: "Some permissions are worth more together than they look: who may pass a role and start a notebook has everything that the role has.",
  howToFix: "Name the roles, users or functions that each of the permissions is for.",
  standards: { nist80053r5: ["AC-3", "AC-6", "AC-6(10)"] },
  resource: {
    types: IDENTITY_TYPES,
    check: (resource) => judgeDocuments("no-privilege-escalation", identityDocuments(resource)),
  },
  stack: (stack) => judgeHoldings("no-privilege-escalation", stack),
});
