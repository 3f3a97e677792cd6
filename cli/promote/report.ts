import { percent } from "../output/quantities";
import { type Item, pageOf } from "../review/page";
import { renderText } from "../review/text";
import type { Plan } from "./plan";

/** A change, as it is shown before anybody agrees to it: the models first, then the review. */
export function renderChange(plan: Plan): string {
  const { stack, endpoint, candidate, comparison, next, formerUri, before, answer } = plan;
  const { accuracy, addedClasses, removedClasses } = comparison;
  const now = accuracy.now === undefined ? "" : `${percent(accuracy.now)} → `;
  const later = accuracy.next === undefined ? "not measured" : percent(accuracy.next);
  const [best] = answer.predictions;
  const instances = Object.values(before?.instances ?? {}).join(" + ");
  const items: readonly Item[] = [
    `${formerUri ?? "none"} → ${next.uri}`,
    `classes: ${candidate.classes.length}${changed(addedClasses, "added")}${changed(removedClasses, "removed")}`,
    `known photo: "${best!.label}" (${percent(best!.probability)}), digest ${answer.model}`,
    `instances: ${before === undefined ? "as configured" : `${instances || "serverless"}, and as many afterwards`}`,
  ].map((text) => ({ text, details: [] }));
  const summary = `test accuracy ${now}${later}`;
  const notes = plan.ringing.map((name) => `in ALARM before anything was changed: ${name}`);
  const { sections, ...page } = pageOf(plan.review, notes);
  const model = { title: "Model", summary, isOpen: true, items };
  const head = `${endpoint} of the stack ${stack.name} (${stack.kind})`;
  return `${renderText([{ ...page, sections: [model, ...sections] }], head)}\n`;
}

function changed(names: readonly string[], what: string): string {
  return names.length === 0 ? "" : `, ${names.length} ${what}`;
}
