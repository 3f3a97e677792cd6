import path from "node:path";

import pc from "picocolors";

import { currentPrices } from "../cost/price-tables";
import { costOf } from "../cost/stack-cost";
import { renderTable } from "../output/table";
import { asStack } from "./as-stack";
import type { RegisteredResource } from "../../infra/offline/registrations";
import { breaksTheBuild, type Finding, inNumbers } from "./finding";
import type { Preview } from "./preview";
import { childrenOf, shortType } from "./types";

/**
 * The preview as a person reads it: findings, verdict, and what it would cost.
 *
 * @param isVerbose whether every resource is listed; a stack with findings in it is
 */
export function renderPreview(preview: Preview, isVerbose = false): string {
  const { project, stack, resources, findings } = preview;
  const parts = [pc.bold(`${project}/${stack}: ${resources.length} resources`)];
  if (isVerbose || preview.verdict === "fail") {
    parts.push(renderTable(["TYPE", "NAME", "VERDICT"], resourceRows(preview)));
  } else {
    parts.push(...kindRows(preview));
  }
  if (findings.length > 0) {
    parts.push("", pc.bold("Findings"), ...findings.map(renderFinding));
  }
  parts.push("", renderVerdict(preview), renderConfiguration(preview));
  return [...parts, renderCost(preview)].join("\n");
}

function renderCost(preview: Preview): string {
  const { atRest, atMost, isComplete } = costOf(asStack(preview), currentPrices());
  const least = isComplete ? "" : "at least ";
  return `Cost: ${least}${atRest.toFixed(2)} USD a month at rest, ${least}${atMost.toFixed(2)} at most (kennel cost stack)`;
}

/** How many resources each service has, the largest first: three lines that say what kind of stack it is. */
function kindRows({ resources }: Preview): string[] {
  const counts = new Map<string, number>();
  for (const { type } of resources.filter(
    (each) => each.custom && !each.type.startsWith("pulumi:"),
  )) {
    const service = type.split(":")[1]!.split("/")[0]!;
    counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  const services = [...counts]
    .sort((left, right) => right[1] - left[1])
    .map(([service, count]) => `${count} ${service}`);
  return [
    `  ${services.slice(0, 12).join(", ")}${services.length > 12 ? ` and ${services.length - 12} more services` : ""}`,
    "  (--verbose lists them)",
  ];
}

function renderConfiguration({ policyConfiguration }: Preview): string {
  return policyConfiguration === undefined
    ? "Policy configuration: none; the rules keep their own levels"
    : `Policy configuration: ${path.relative(process.cwd(), policyConfiguration)}`;
}

/** The preview as a program reads it (`--json`): resources, findings, outputs, verdict. */
export function previewAsJson(preview: Preview): Record<string, unknown> {
  return {
    ...preview,
    region: undefined,
    policyConfiguration: preview.policyConfiguration ?? null,
    resources: preview.resources.map(({ urn, type, name, parent, inputs }) => ({
      ...{ urn, type, name, parent, inputs },
    })),
  };
}

/** Children hang under their component, as `pulumi preview` shows them. */
function resourceRows(preview: Preview): string[][] {
  const children = childrenOf(preview.resources);
  const registered = new Set(preview.resources.map((resource) => resource.urn));
  const roots = preview.resources.filter((resource) => !registered.has(resource.parent));
  const subtree = (resource: RegisteredResource, own: string, below: string): string[][] => {
    const nested = children.get(resource.urn) ?? [];
    return [
      [own + shortType(resource.type), resource.name, resourceVerdict(preview, resource.urn)],
      ...nested.flatMap((child, index) =>
        index === nested.length - 1
          ? subtree(child, `${below}└─ `, `${below}   `)
          : subtree(child, `${below}├─ `, `${below}│  `),
      ),
    ];
  };
  return roots.flatMap((root) => subtree(root, "", ""));
}

function resourceVerdict(preview: Preview, urn: string): string {
  const findings = preview.findings.filter((finding) => finding.resource === urn);
  if (findings.length === 0) {
    return pc.green("ok");
  }
  const colour = findings.some(breaksTheBuild) ? pc.red : pc.yellow;
  return colour(inNumbers(findings));
}

function renderFinding(finding: Finding): string {
  const level = breaksTheBuild(finding) ? pc.red(finding.level) : pc.yellow(finding.level);
  const where =
    finding.resource === "" ? "the whole stack" : finding.resource.split("::").slice(2).join("::");
  const message = finding.message.split("\n").join("\n    ");
  return `  [${level}] ${pc.bold(finding.rule)}  ${where}\n    ${message}`;
}

function renderVerdict({ rules, policyPack, resources, findings, verdict }: Preview): string {
  const mark = verdict === "pass" ? pc.green("PASS") : pc.red("FAIL");
  const scope = `${rules.length} rules of the pack "${policyPack}" checked ${resources.length} resources and the stack`;
  return `${mark}  ${scope}: ${inNumbers(findings)}`;
}
