import pc from "picocolors";

import type { Prediction } from "../../functions/classify/classification";
import { renderTable } from "../output/table";
import type { Classification } from "./function";
import type { Answer } from "./function-url";
import { percent, readableLabel, verdictOf } from "./verdict";

const RUNNERS_UP = 2;

/** The answers as a table: photo, answer, probability, the next guesses, and the time each took end to end. */
export function renderClassifications(results: readonly Classification[]): string {
  const table = renderTable(
    ["PHOTO", "ANSWER", "PROBABILITY", "NEXT", "TIME"],
    results.map(({ photo, answer }) => [photo, ...answerCells(answer)]),
  );
  const refused = results.flatMap(({ photo, answer }) =>
    answer.kind === "refused"
      ? [`${pc.red("refused")} ${photo} (${answer.status}): ${answer.explanation}`]
      : [],
  );
  return [table, ...knownClasses(results), ...refused].join("\n");
}

const CLASSES_NAMED = 12;

/** A photo of something else gets the least unlikely label all the same: the reader should know what there was to choose. */
function knownClasses(results: readonly Classification[]): string[] {
  const answer = results.find((result) => result.answer.kind === "classified")?.answer;
  if (answer?.kind !== "classified") {
    return [];
  }
  const classes = answer.predictions.map(({ label }) => label).sort();
  const more = classes.length > CLASSES_NAMED ? ", …" : "";
  const named = classes.slice(0, CLASSES_NAMED).map(readableLabel).join(", ") + more;
  return ["", pc.dim(`The model knows ${classes.length} classes: ${named}`)];
}

function answerCells(answer: Answer): string[] {
  if (answer.kind === "refused") {
    return [pc.red(`refused (${answer.status})`), "", "", ""];
  }
  const [best, ...rest] = answer.predictions;
  const { headline, doubt } = verdictOf(answer.predictions);
  const name = doubt === "much" ? `not sure: ${readableLabel(best!.label)}?` : pc.bold(headline);
  return [
    name,
    percent(best!.probability, 1),
    rest.slice(0, RUNNERS_UP).map(describe).join(", "),
    `${Math.round(answer.milliseconds)} ms`,
  ];
}

function describe(prediction: Prediction): string {
  return `${readableLabel(prediction.label)} ${percent(prediction.probability, 1)}`;
}
