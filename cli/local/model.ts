import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { readModelDirectory } from "../../containers/inference/source/model-directory";
import { UserError } from "../output/failure";
import { readableLabel } from "./verdict";

/** What a model directory says of its model. */
export interface ModelFacts {
  /** In the order of the model's outputs. */
  readonly classes: readonly string[];
  /** metrics.json; undefined where there is none. */
  readonly metrics: Readonly<Record<string, unknown>> | undefined;
}

/** Reads what a model directory says. @throws Error naming the file that is missing or wrong */
export function readModel(directory: string): ModelFacts {
  const { classes } = readModelDirectory(directory);
  const file = path.join(directory, "metrics.json");
  try {
    const text = existsSync(file) ? readFileSync(file, "utf8") : undefined;
    const metrics = text === undefined ? text : (JSON.parse(text) as ModelFacts["metrics"]);
    return { classes, metrics };
  } catch (error) {
    throw new Error(`metrics.json is not JSON: ${(error as Error).message}`);
  }
}

/**
 * What the page says of the model before it is asked: classes as a person reads them, in alphabetical order.
 *
 * @throws UserError where it is not a model directory.
 */
export function describeModel(directory: string): ModelFacts {
  if (!existsSync(directory)) {
    throw new UserError(`--model ${directory}: there is no such folder. Name a model directory.`);
  }
  try {
    const { classes, metrics } = readModel(path.resolve(directory));
    const names = classes.map(readableLabel).sort((a, b) => a.localeCompare(b, "en"));
    return { classes: names, metrics };
  } catch (error) {
    throw new UserError(
      `--model ${directory} is not a model directory, as training writes it: ${(error as Error).message}.`,
    );
  }
}
