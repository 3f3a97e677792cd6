import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { UserError } from "../output/failure";
import { PROGRAM, REPOSITORY } from "../repository";
import type { PolicyConfiguration } from "./analyzer";
import { offlineMocks } from "./evaluate-stack";
import { type Preview, previewStack } from "./preview";
import { readStack, readStackFile, type StackSettings } from "./stack-file";

/** Which stack to preview, and by which rules. */
export interface PreviewOptions {
  /** The stack whose Pulumi.<name>.yaml is read; `dev` where neither this nor a file is named. */
  readonly stack?: string;
  /** A stack configuration file anywhere, instead of `stack`. */
  readonly configFile?: string;
  /** The policy pack's folder. */
  readonly policyPack: string;
  /** A JSON file of levels and settings of rules; where none is named, the pack's own for the stack's environment. */
  readonly policyConfig?: string;
}

/** Previews this repository's own program for the chosen stack. */
export async function previewRepository(options: PreviewOptions): Promise<Preview> {
  const settings = chooseSettings(options);
  try {
    return await previewStack({
      program: PROGRAM,
      settings,
      mocks: offlineMocks(settings),
      packDirectory: options.policyPack,
      policyConfiguration: readPolicyConfiguration(
        options.policyConfig ?? environmentsOwn(options.policyPack, settings),
      ),
    });
  } catch (error) {
    if (options.configFile !== undefined && error instanceof Error) {
      // The program names the file that Pulumi would read.
      error.message = error.message.replace(`Pulumi.${settings.stack}.yaml`, options.configFile);
    }
    throw error;
  }
}

/** Reads the configuration that the options choose. */
export function chooseSettings(
  options: Pick<PreviewOptions, "stack" | "configFile">,
): StackSettings {
  if (options.stack !== undefined && options.configFile !== undefined) {
    throw new UserError("--stack and --config-file both name the configuration; give one of them.");
  }
  return options.configFile === undefined
    ? readStack(REPOSITORY, options.stack ?? "dev")
    : readStackFile(REPOSITORY, options.configFile);
}

/** `config/<environment>.json` of the pack, where there is one. */
function environmentsOwn(policyPack: string, settings: StackSettings): string | undefined {
  const environment = settings.config[`${settings.project}:environment`] ?? "dev";
  const file = path.join(policyPack, "config", `${environment}.json`);
  return existsSync(file) ? file : undefined;
}

function readPolicyConfiguration(file: string | undefined): PolicyConfiguration {
  if (file === undefined) {
    return {};
  }
  try {
    return JSON.parse(readFileSync(file, "utf8")) as PolicyConfiguration;
  } catch (error) {
    throw new UserError(
      `can't read the policy configuration ${file}: ${(error as Error).message}. ` +
        'It is JSON of rule names to levels or settings, for example {"no-full-access": "mandatory"}.',
    );
  }
}
