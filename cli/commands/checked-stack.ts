import { type Command, Option } from "commander";

import { POLICY_PACK } from "../repository";

/** Adds the options that say which stack is evaluated. */
export function withStack(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the stack whose Pulumi.<name>.yaml is read (default: dev)")
    .option("--config-file <file>", "a stack configuration file anywhere, instead of --stack");
}

/** Adds those, and the one that says with which policy pack it is checked. */
export function withCheckedStack(command: Command): Command {
  return withStack(command).addOption(
    new Option("--policy-pack <folder>", "the policy pack to check with").default(
      POLICY_PACK,
      "Kennel's own",
    ),
  );
}
