import { checkDocument } from "../../policies/iam/judge";
import type { Case } from "./cases";
import type { Answer, ToolResult } from "./score";

/** What this repository's evaluator says of every document. */
export function askKennel(cases: readonly Case[]): ToolResult {
  return { tool: "kennel", version: "this tree", answers: cases.map(answer) };
}

function answer({ id, text }: Case): Answer {
  try {
    const check = checkDocument(text);
    return {
      id,
      status: check.analysable ? "judged" : "rejected",
      fullAccess: check.fullAccess ? "named" : "no",
      invokeUnscoped: check.invokeScope === "unscoped" ? "named" : "no",
      findings: [...new Set(check.findings.map(({ rule }) => rule))].sort(),
    };
  } catch (error) {
    const findings = [(error as Error).name];
    return { id, status: "crashed", fullAccess: "no", invokeUnscoped: "no", findings };
  }
}
