import type { Command } from "@commander-js/extra-typings";

import { examine, renderChecks } from "../doctor/doctor";
import { print } from "../output/print";

const EXAMPLES = `
Examples:
  kennel doctor
  kennel doctor --stack prod --json

It asks AWS who you are, and for the quotas that the stack needs; without credentials it looks at this machine alone.`;

/** `kennel doctor`: whether this machine and the account have what Kennel needs; exit code 1 where something is missing. */
export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("Check this machine, credentials and quotas, and say how to fix what is missing.")
    .option("-s, --stack <name>", "the stack that is to be deployed", "dev")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async ({ stack, json }) => {
      const checks = await examine(stack);
      print(json, { checks }, () => renderChecks(checks));
      process.exitCode = checks.some(({ status }) => status === "missing") ? 1 : 0;
    });
}
