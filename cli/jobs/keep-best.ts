import { readFileSync } from "node:fs";
import path from "node:path";

import { UserError } from "../output/failure";
import { StackConfiguration } from "../promote/stack-configuration";
import { saveHyperparameters } from "./save-best";
import { outputDirectory } from "./train-here";
import { bestTrial, type Trial } from "./trials";

/**
 * Writes the best of a search's trials into the stack's file, and says what has changed.
 *
 * @throws UserError where no trial has come to a value.
 */
export function keepBest(
  stack: string,
  name: string,
  trials: readonly Trial[],
  json: boolean,
): void {
  const best = bestTrial(trials);
  if (best === undefined) {
    throw new UserError("no trial has a validation loss yet, so there is no best one to save.");
  }
  save(stack, name, best.hyperparameters, json);
}

/** The same for a search by tune.py on this machine. */
export function keepBestHere(stack: string, name: string, json: boolean): void {
  const file = path.join(outputDirectory(name), "tuning.json");
  const { best } = JSON.parse(readFileSync(file, "utf8")) as {
    best: { settings: Record<string, unknown> };
  };
  const settings = Object.entries(best.settings).map(([key, value]) => [key, String(value)]);
  save(stack, name, Object.fromEntries(settings) as Record<string, string>, json);
}

function save(
  stack: string,
  name: string,
  hyperparameters: Readonly<Record<string, string>>,
  json: boolean,
): void {
  const configuration = new StackConfiguration(stack);
  const { file } = configuration;
  const changes = saveHyperparameters(configuration, name, hyperparameters);
  if (json) {
    console.log(JSON.stringify({ event: "saved", file, name, changes }));
    return;
  }
  const lines = changes.map(
    (change) =>
      `  ${change.name}: ${change.from === undefined ? "" : `${String(change.from)} -> `}${change.to}`,
  );
  const title = changes.length > 0 ? "Wrote" : "Nothing to change";
  console.log(
    [`${title}: kennel:training.${name}.hyperparameters in ${path.basename(file)}`, ...lines].join(
      "\n",
    ),
  );
  if (changes.length > 0) {
    console.log(
      `Train with them: update the stack (pulumi up, in the sandbox kennel sandbox --stack ${stack}), then kennel train ${name} --stack ${stack}`,
    );
  }
}
