import type { Command } from "@commander-js/extra-typings";

import { needsAttention, renderStatus, stackStatus } from "../status/status";
import { print } from "../output/print";

const EXAMPLES = `
Examples:
  kennel status --stack prod
  kennel status --json | jq '.endpoints[].state.instances'

Exit code 1: an endpoint does not serve, an alarm is in ALARM, or the account differs from the stack's state.`;

/** `kennel status`: endpoints, instances, alarms, last jobs and drift of a stack. */
export function addStatusCommand(program: Command): void {
  program
    .command("status")
    .description("Show a stack's endpoints, instances, alarms, last training jobs and drift.")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async ({ stack, json }) => {
      const found = await stackStatus(stack);
      print(json, found, () => renderStatus(found));
      process.exitCode = needsAttention(found) ? 1 : 0;
    });
}
