import { documentRule } from "../../document-check";

export const noPrivilegeEscalation = documentRule({
  name: "no-privilege-escalation",
  documents: "identity",
  together: true,
  what: "No policy holds permissions with which its holder can give itself more.",
  why: "Some permissions are worth more together than they look: who may pass a role and start a notebook has everything that the role has.",
  howToFix: "Name the roles, users or functions that each of the permissions is for.",
  standards: { nist80053r5: "AC-3, AC-6, AC-6(10)" },
});
