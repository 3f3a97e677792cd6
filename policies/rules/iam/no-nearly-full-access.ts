import { documentRule } from "../../document-check";

export const noNearlyFullAccess = documentRule({
  name: "no-nearly-full-access",
  documents: "identity",
  what: "No policy comes close to full access, with a condition or a Deny of single actions as its only limit.",
  why: "A condition limits who, when or from where, not what: once it holds, so does full access; a list of denied actions is never complete.",
  howToFix:
    "Allow the actions that are called, on the resources they are called on, and keep the condition.",
  standards: { nist80053r5: "AC-3, AC-6", securityHub: "IAM.21" },
});
