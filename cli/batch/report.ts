import pc from "picocolors";

import { readableLabel } from "../local/verdict";
import { renderTable } from "../output/table";
import type { BatchResult } from "./batch";

const CLASSES_SHOWN = 20;
const FAILURES_SHOWN = 10;

/** A batch as a person reads it: counts, classes, doubts, and the photos without an answer. */
export function renderBatch(result: BatchResult, output: string): string {
  const { photos, otherObjects, answered, failed, reason, classes, doubts, folder } = result;
  const sorted = Object.entries(classes).sort(([, left], [, right]) => right - left);
  const shown = sorted.slice(0, CLASSES_SHOWN);
  const more = sorted.length - shown.length;
  return [
    renderTable(
      ["CLASS", "PHOTOS"],
      shown.map(([label, count]) => [readableLabel(label), String(count)]),
    ),
    ...(more > 0 ? [pc.dim(`and ${more} other classes`)] : []),
    "",
    `${answered} of ${photos} photos answered; in doubt: ${doubts.some} some, ${doubts.much} much`,
    ...(otherObjects > 0
      ? [
          `Left out: ${otherObjects} ${otherObjects === 1 ? "object that is not a photo" : "objects that are not photos"}`,
        ]
      : []),
    ...failed.slice(0, FAILURES_SHOWN).map((photo) => `${pc.red("no answer")} ${photo}`),
    ...(failed.length > FAILURES_SHOWN
      ? [pc.red(`and ${failed.length - FAILURES_SHOWN} others without an answer`)]
      : []),
    ...(reason === null
      ? []
      : [`SageMaker says: ${reason}. Its log group is /aws/sagemaker/TransformJobs.`]),
    ...(result.isStopped
      ? [pc.yellow("Stopped before the end: what was answered by then is kept.")]
      : []),
    `A line for each answer: ${output}; as they came: ${folder}`,
  ].join("\n");
}
