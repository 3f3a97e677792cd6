import path from "node:path";

import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";

import { UserError } from "../output/failure";
import type { StackConfiguration } from "../promote/stack-configuration";
import type { Trial } from "./trials";

/** One hyperparameter before and after; undefined where it was not set. */
export interface HyperparameterChange {
  readonly name: string;
  readonly from: unknown;
  readonly to: string | number;
}

/**
 * Writes a trial's hyperparameters under `kennel:training.<name>.hyperparameters` of a stack's file, whole or not at all.
 * Comments, order and everything else of the file stay.
 *
 * @returns what has changed; nothing where the file says the same already.
 * @throws UserError where the file has no such job.
 */
export function saveHyperparameters(
  configuration: StackConfiguration,
  name: string,
  hyperparameters: Trial["hyperparameters"],
): HyperparameterChange[] {
  const document = parseDocument(configuration.read());
  const job = ["config", "kennel:training", name];
  if (document.errors.length > 0 || !document.hasIn(job)) {
    throw new UserError(
      `${path.basename(configuration.file)} has no kennel:training.${name}, so there is nowhere to write the hyperparameters to. ` +
        `They are: ${JSON.stringify(hyperparameters)}`,
    );
  }
  const place = [...job, "hyperparameters"];
  if (!isMap(document.getIn(job))) {
    document.setIn(job, document.createNode({}));
  }
  if (!isMap(document.getIn(place))) {
    document.setIn(place, document.createNode({}));
  }
  const settings = document.getIn(place) as YAMLMap;
  const changes = Object.entries(hyperparameters).flatMap(([tuned, text]) => {
    const key = spelling(settings, tuned);
    const change = { name: key, from: settings.get(key), to: valueOf(text) };
    settings.set(key, change.to);
    return change.from === change.to ? [] : [change];
  });
  if (changes.length > 0) {
    configuration.write(document.toString({ lineWidth: 0 }));
  }
  return changes;
}

/** The file's own spelling of an option: `batch-size` and `batch_size` are the same one to train.py. */
function spelling(settings: YAMLMap, option: string): string {
  const keys = settings.items.map(({ key }) => String(isScalar(key) ? key.value : key));
  return keys.find((key) => key.replaceAll("-", "_") === option) ?? option;
}

function valueOf(text: string): string | number {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : text;
}
