import { documentRule } from "../../document-check";

export const knownActions = documentRule({
  name: "known-actions",
  what: "Policies name actions that AWS has.",
  why: "A misspelt action is accepted and has no effect: what it should allow fails later, and what it should deny is allowed.",
  howToFix: "Write the action as the Service Authorization Reference lists it.",
  standards: { nist80053r5: "CM-2" },
});
