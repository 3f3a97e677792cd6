import path from "node:path";

import { UserError } from "../output/failure";
import { REPOSITORY } from "../repository";
import { choosePolicyConfiguration } from "./policy-configuration";
import { type Preview, previewStack } from "./preview";
import { inProject, programOf } from "./project";
import { readStack, readStackFile, type StackSettings } from "./stack-file";

/** Which stack of which project. */
export interface ChosenStack {
  /** The folder of a Pulumi project; this repository's own where none is named. */
  readonly project?: string;
  /** The stack whose Pulumi.<name>.yaml is read; `dev` where neither this nor a file is named. */
  readonly stack?: string;
  /** A stack configuration file anywhere, instead of `stack`. */
  readonly configFile?: string;
}

/** Which stack to preview, and by which rules. */
export interface PreviewOptions extends ChosenStack {
  /** The policy pack's folder. */
  readonly policyPack: string;
  /** A JSON file of levels and settings of rules; where none is named, the pack's own for the stack's environment. */
  readonly policyConfig?: string;
}

/** Previews a project's program for the chosen stack. */
export async function previewRepository(options: PreviewOptions): Promise<Preview> {
  const settings = chooseSettings(options);
  const { project = REPOSITORY } = options;
  const packDirectory = path.resolve(options.policyPack);
  const policies = choosePolicyConfiguration(packDirectory, settings, options.policyConfig);
  try {
    return await inProject(project, () =>
      previewStack({ program: programOf(project), settings, packDirectory, policies }),
    );
  } catch (error) {
    if (options.configFile !== undefined && error instanceof Error) {
      // The program names the file that Pulumi would read.
      error.message = error.message.replace(`Pulumi.${settings.stack}.yaml`, options.configFile);
    }
    throw error;
  }
}

/** Reads the configuration that the options choose. */
export function chooseSettings({
  project = REPOSITORY,
  stack,
  configFile,
}: ChosenStack): StackSettings {
  if (stack !== undefined && configFile !== undefined) {
    throw new UserError("--stack and --config-file both name the configuration; give one of them.");
  }
  return configFile === undefined
    ? readStack(project, stack ?? "dev")
    : readStackFile(project, configFile);
}
