import type { Naming } from "../../infra/names";
import type { StackOutputs } from "../../infra/stack-outputs";
import { loadWhenNeeded } from "../commands/load-when-needed";
import type * as stacks from "../stack/open-stack";

/** What the verbs of jobs need of a stack. */
export interface StackOfJobs {
  readonly naming: Naming;
  readonly region: string;
  readonly outputs: StackOutputs;
}

/** @throws UserError where the stack does not exist, or has never been updated. */
export async function stackOfJobs(name: string): Promise<StackOfJobs> {
  const { openStack } = loadWhenNeeded<typeof stacks>("stack/open-stack");
  const stack = await openStack(name);
  const settings = stack.settings();
  const { project, stack: own } = settings;
  return {
    naming: { project, stack: own },
    region: settings.config["aws:region"] ?? "us-east-1",
    outputs: await stack.outputs(),
  };
}
