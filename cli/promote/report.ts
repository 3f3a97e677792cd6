import pc from "picocolors";

import { percent } from "./compare-models";
import type { Plan } from "./plan";

/** A change, as it is shown before anybody agrees to it. */
export function renderChange(plan: Plan): string {
  const { stack, endpoint, candidate, comparison, next, configured, before, answer, ringing } =
    plan;
  const { accuracy, addedClasses, removedClasses } = comparison;
  const now = accuracy.now === undefined ? "" : `${percent(accuracy.now)} -> `;
  const instances = Object.values(before?.instances ?? {}).join(" + ");
  const lines = [
    `model          ${configured?.model ?? "none"} -> ${next.model}`,
    `digest         ${answer.model}`,
    `test accuracy  ${now}${accuracy.next === undefined ? "not measured" : percent(accuracy.next)}`,
    `classes        ${candidate.classes.length}${changed(addedClasses, "added")}${changed(removedClasses, "removed")}`,
    `known photo    "${answer.label}" (${percent(answer.probability)})`,
    `instances      ${before === undefined ? "as configured" : `${instances || "serverless"}, and as many afterwards`}`,
    ...ringing.map((name) => pc.yellow(`in ALARM       ${name}, before anything was changed`)),
  ];
  return `${pc.bold(`${endpoint} of the stack ${stack.name} (${stack.kind})`)}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function changed(names: readonly string[], what: string): string {
  return names.length === 0 ? "" : `, ${names.length} ${what}`;
}
