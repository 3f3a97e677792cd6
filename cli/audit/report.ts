import pc from "picocolors";

import { renderTable } from "../output/table";
import type { AuditReport } from "./audit";
import type { Finding } from "./finding";
import type { Outcome } from "./remove";

/** Findings with what could be done about them. */
export function renderFindings(findings: readonly Finding[]): string {
  return renderTable(
    ["CHECK", "RESOURCE", "STACK", "FINDING"],
    findings.map(({ check, resource, owner, message }) => [
      check,
      resource,
      owner ?? "none",
      message,
    ]),
  );
}

/** What to do next, in a line: what `--remove` would ask about, or that all is well. */
export function nextStep(findings: readonly Finding[], command: string): string {
  const removable = findings.filter(({ removal }) => removal !== undefined).length;
  if (findings.length === 0) {
    return pc.green("Nothing found.");
  }
  return `${findings.length} found. ${
    removable === 0
      ? "Nothing was changed."
      : `Nothing was changed: \`${command} --remove\` asks about ${removable} of them, one by one.`
  }`;
}

export function renderReport({ account, region, findings, notLookedAt }: AuditReport): string {
  return [
    `Account ${account}; endpoints and notebooks of ${region}`,
    ...(findings.length === 0 ? [] : [renderFindings(findings)]),
    ...notLookedAt.map((what) => `${pc.red("not looked at")} ${what}`),
  ].join("\n");
}

export function renderOutcomes(outcomes: readonly Outcome[]): string {
  return outcomes
    .map(({ finding, outcome, reason }) => {
      const what = finding.removal!.what;
      return {
        removed: `${pc.green("done")} ${what}`,
        kept: `${pc.dim("kept")} ${finding.resource}`,
        failed: `${pc.red("failed")} ${what}: ${reason}`,
      }[outcome];
    })
    .join("\n");
}

/** Findings as a program reads them. */
export function findingsAsJson(
  findings: readonly Finding[],
  outcomes: readonly Outcome[],
): Record<string, unknown>[] {
  return findings.map((finding) => {
    const { removal, ...rest } = finding;
    const { outcome, reason } = outcomes.find((each) => each.finding === finding) ?? {};
    return { ...rest, removal: removal?.what ?? null, outcome, reason };
  });
}
