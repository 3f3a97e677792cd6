import pc from "picocolors";

import type { DocumentFinding, Verdict } from "../../policies/iam/judge";

/** One document's answer as a person reads it: its flags on a line, then each finding with its remedy. */
export function renderCheck(id: string, check: Verdict): string {
  const broken = check.findings.some((finding) => finding.level === "mandatory");
  const verdict = broken ? pc.red("FAIL") : pc.green("ok");
  const flags = [
    check.analysable ? "" : "not analysable",
    check.fullAccess ? "full access" : "",
    check.adminLike ? "administrator" : "",
    check.invokeScope === "none" ? "" : `invokes endpoints: ${check.invokeScope}`,
    check.passRoleStar ? "passes any role" : "",
  ].filter((flag) => flag !== "");
  const summary = flags.length > 0 ? `  (${flags.join(", ")})` : "";
  return [`${verdict}  ${pc.bold(id)}${summary}`, ...check.findings.map(renderFinding)].join("\n");
}

function renderFinding(finding: DocumentFinding): string {
  const level = finding.level === "mandatory" ? pc.red(finding.level) : pc.yellow(finding.level);
  const fix = finding.fix === "" ? "" : `\n${indent(finding.fix)}`;
  return `  [${level}] ${pc.bold(finding.rule)}\n${indent(finding.message)}${fix}`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
