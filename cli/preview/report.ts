import pc from "picocolors";

import { renderTable } from "../output/table";
import type { Finding } from "./analyzer";
import type { RegisteredResource } from "./evaluate-program";
import { breaksTheBuild, type Preview } from "./preview";

/** The preview as a person reads it: resources, findings, verdict. */
export function renderPreview(preview: Preview): string {
  const parts = [
    pc.bold(`${preview.project}/${preview.stack}: ${preview.resources.length} resources`),
    renderTable(["TYPE", "NAME", "VERDICT"], resourceRows(preview)),
  ];
  if (preview.findings.length > 0) {
    parts.push("", pc.bold("Findings"), ...preview.findings.map(renderFinding));
  }
  parts.push("", renderVerdict(preview));
  return parts.join("\n");
}

/** The preview as a program reads it (`--json`): resources, findings, outputs, verdict. */
export function previewAsJson(preview: Preview): Record<string, unknown> {
  return {
    project: preview.project,
    stack: preview.stack,
    policyPack: preview.policyPack,
    rules: preview.rules,
    resources: preview.resources.map(({ urn, type, name, parent, inputs }) => ({
      urn,
      type,
      name,
      parent,
      inputs,
    })),
    findings: preview.findings,
    outputs: preview.outputs,
    verdict: preview.verdict,
  };
}

/** Children hang under their component, as `pulumi preview` shows them. */
function resourceRows(preview: Preview): string[][] {
  const children = groupByParent(preview.resources);
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

function groupByParent(
  resources: readonly RegisteredResource[],
): Map<string, RegisteredResource[]> {
  const groups = new Map<string, RegisteredResource[]>();
  for (const resource of resources) {
    groups.set(resource.parent, [...(groups.get(resource.parent) ?? []), resource]);
  }
  return groups;
}

/** `aws:s3/bucket:Bucket` reads as `aws:s3:Bucket`, the way Pulumi's own display shortens it. */
function shortType(type: string): string {
  return type.replace(/^(\w[\w-]*:\w+)\/\w+:/, "$1:");
}

function resourceVerdict(preview: Preview, urn: string): string {
  const findings = preview.findings.filter((finding) => finding.resource === urn);
  const breaking = findings.filter(breaksTheBuild).length;
  const advisory = findings.length - breaking;
  if (breaking > 0) {
    return pc.red(`${breaking} violation${plural(breaking)}`);
  }
  return advisory > 0 ? pc.yellow(`${advisory} advisory`) : pc.green("ok");
}

function renderFinding(finding: Finding): string {
  const level = breaksTheBuild(finding) ? pc.red(finding.level) : pc.yellow(finding.level);
  const where =
    finding.resource === "" ? "the whole stack" : finding.resource.split("::").slice(2).join("::");
  const message = finding.message.split("\n").join("\n    ");
  return `  [${level}] ${pc.bold(finding.rule)}  ${where}\n    ${message}`;
}

function renderVerdict(preview: Preview): string {
  const breaking = preview.findings.filter(breaksTheBuild).length;
  const advisory = preview.findings.length - breaking;
  const judged = `${preview.rules.length} rules of the pack "${preview.policyPack}" judged ${preview.resources.length} resources and the stack`;
  const counted = `${breaking} violation${plural(breaking)}, ${advisory} advisory`;
  return preview.verdict === "pass"
    ? `${pc.green("PASS")}  ${judged}: ${counted}`
    : `${pc.red("FAIL")}  ${judged}: ${counted}`;
}

function plural(count: number): string {
  return count === 1 ? "" : "s";
}
