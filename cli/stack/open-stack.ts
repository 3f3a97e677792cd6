import { readStack } from "../preview/stack-file";
import { REPOSITORY } from "../repository";
import { openPulumiStack } from "./pulumi-stack";
import { SandboxStack } from "./sandbox-stack";
import type { Stack } from "./stack";

/**
 * Opens a stack of this repository: the sandbox's where KENNEL_SANDBOX is set, Pulumi's otherwise.
 *
 * @throws UserError where there is no configuration file of that name, or `pulumi` is not on PATH
 */
export async function openStack(name: string): Promise<Stack> {
  readStack(REPOSITORY, name);
  if (process.env["KENNEL_SANDBOX"] !== undefined) {
    return new SandboxStack(name);
  }
  return openPulumiStack(name);
}
