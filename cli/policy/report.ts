import pc from "picocolors";

import type { Difference } from "../../policies/iam/diff";
import type { DocumentFinding, Verdict } from "../../policies/iam/judge";
import type { StackDifference } from "./compare-stacks";
import { printable } from "./printable";
import { requestText } from "./request-text";

/** Names inputs that can't be read, and why. */
export function printUnreadable(inputs: readonly string[]): void {
  inputs.forEach((each) => console.error(`${pc.red("kennel:")} can't read ${each}.`));
}

/** One document's answer as a person reads it: its flags on a line, then each finding with its remedy. */
export function renderCheck(id: string, check: Verdict): string {
  const broken = check.findings.some((finding) => finding.level === "mandatory");
  const verdict = broken ? pc.red("FAIL") : pc.green("ok");
  const flags = [
    `${check.kind} policy`,
    check.analysable ? "" : "not analysable",
    check.fullAccess ? "full access" : "",
    check.adminLike ? "administrator" : "",
    check.invokeScope === "none" ? "" : `invokes endpoints: ${check.invokeScope}`,
    check.passRoleStar ? "passes any role" : "",
  ].filter((flag) => flag !== "");
  const heading = `${verdict}  ${pc.bold(printable(id))}  (${flags.join(", ")})`;
  return [heading, ...check.findings.map(renderFinding)].join("\n");
}

function renderFinding(finding: DocumentFinding): string {
  const level = finding.level === "mandatory" ? pc.red(finding.level) : pc.yellow(finding.level);
  const fix = finding.fix === "" ? "" : `\n${indent(finding.fix, 4)}`;
  return `  [${level}] ${pc.bold(finding.rule)}\n${indent(finding.message, 4)}${fix}`;
}

function indent(text: string, by = 2): string {
  return text.replace(/^/gm, " ".repeat(by));
}

const SENTENCES: Readonly<Record<Difference["relation"], string>> = {
  equal: "equal: both allow the same requests",
  narrower: "narrower: the new policy allows less",
  wider: "wider: the new policy allows more",
  incomparable:
    "incomparable: the new policy allows requests that the old one does not, and the reverse",
  unknown: "unknown: the new policy may allow more",
};

/** What a comparison found as a person reads it: each holder of policies by itself, where the inputs name them. */
export function renderDifference(found: Difference | StackDifference): string {
  const { relation, newlyAllowed, noLongerAllowed, reasons } = found;
  const lines =
    "holders" in found && found.holders.length > 0
      ? found.holders.map(({ holder, ...each }) =>
          indent(`${printable(holder)}: ${renderDifference(each)}`),
        )
      : [
          ...reasons.map((reason) => indent(printable(reason))),
          ...newlyAllowed.map((request) => pc.red(indent(`+ ${requestText(request)}`))),
          ...noLongerAllowed.map((request) => pc.green(indent(`- ${requestText(request)}`))),
        ];
  return [pc.bold(SENTENCES[relation]), ...lines].join("\n");
}
