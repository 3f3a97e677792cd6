import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { UserError } from "../output/failure";
import type { PolicyConfiguration } from "./analyzer";
import type { StackSettings } from "./stack-file";

/** Levels and settings of rules, and where they come from. */
export interface ChosenConfiguration {
  /** Undefined where the rules keep their own levels. */
  readonly file: string | undefined;
  readonly configuration: PolicyConfiguration;
}

/** Reads the policy configuration: the file that is named, otherwise the pack's `config/<environment>.json` if it exists. */
export function choosePolicyConfiguration(
  policyPack: string,
  settings: StackSettings,
  named?: string,
): ChosenConfiguration {
  const file = named ?? environmentsOwn(policyPack, settings);
  return { file, configuration: file === undefined ? {} : read(file) };
}

function environmentsOwn(policyPack: string, settings: StackSettings): string | undefined {
  const environment = settings.config[`${settings.project}:environment`] ?? "dev";
  const file = path.join(policyPack, "config", `${environment}.json`);
  return existsSync(file) ? file : undefined;
}

function read(file: string): PolicyConfiguration {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as PolicyConfiguration;
  } catch (error) {
    throw new UserError(
      `can't read the policy configuration ${file}: ${(error as Error).message}. ` +
        'It is JSON of rule names to levels or settings, for example {"no-full-access": "mandatory"}.',
    );
  }
}
