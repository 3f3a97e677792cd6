import type { Naming } from "../../infra/names";
import type { StackOutputs } from "../../infra/stack-outputs";
import { regionOf } from "../preview/stack-file";
import { openStack } from "./open-stack";

/** What the verbs that ask AWS need of a stack. */
export interface ReadStack {
  readonly naming: Naming;
  readonly region: string;
  readonly outputs: StackOutputs;
}

/** @throws UserError where the stack does not exist, or has never been updated. */
export async function readStackOutputs(name: string): Promise<ReadStack> {
  const stack = await openStack(name);
  const settings = stack.settings();
  const { project, stack: own } = settings;
  return {
    naming: { project, stack: own },
    region: regionOf(settings),
    outputs: await stack.outputs(),
  };
}
