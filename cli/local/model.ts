import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { readModelDirectory } from "../../containers/inference/source/model-directory";
import { UserError } from "../output/failure";
import { readableLabel } from "./verdict";

/** What the page says of the model before it is asked. */
export interface ModelDescription {
  /** Classes as a person reads them, in alphabetical order. */
  readonly classes: readonly string[];
  /** metrics.json; undefined where the directory has none. */
  readonly metrics: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads what there is to say of a model directory.
 *
 * @throws UserError where it is not one.
 */
export function describeModel(directory: string): ModelDescription {
  if (!existsSync(directory)) {
    throw new UserError(`--model ${directory}: there is no such folder. Name a model directory.`);
  }
  const metrics = path.join(directory, "metrics.json");
  try {
    const { classes } = readModelDirectory(path.resolve(directory));
    return {
      classes: classes.map(readableLabel).sort((a, b) => a.localeCompare(b, "en")),
      metrics: existsSync(metrics)
        ? (JSON.parse(readFileSync(metrics, "utf8")) as Record<string, unknown>)
        : undefined,
    };
  } catch (error) {
    throw new UserError(
      `--model ${directory} is not a model directory, as training writes it: ${(error as Error).message}.`,
    );
  }
}
