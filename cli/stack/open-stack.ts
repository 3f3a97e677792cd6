import { loadWhenNeeded } from "../commands/load-when-needed";
import { readStack } from "../preview/stack-file";
import { REPOSITORY } from "../repository";
import type * as pulumi from "./pulumi-stack";
import type * as sandbox from "./sandbox-stack";
import type { Stack } from "./stack";

/**
 * Opens a stack of this repository: the sandbox's where KENNEL_SANDBOX is set, Pulumi's otherwise.
 *
 * @throws UserError where there is no configuration file of that name, or `pulumi` is not on PATH
 */
export async function openStack(name: string): Promise<Stack> {
  readStack(REPOSITORY, name);
  // What the other kind needs is not loaded.
  if (process.env["KENNEL_SANDBOX"] !== undefined) {
    return loadWhenNeeded<typeof sandbox>("stack/sandbox-stack").openSandboxStack(name);
  }
  return loadWhenNeeded<typeof pulumi>("stack/pulumi-stack").openPulumiStack(name);
}
