import type { Command } from "@commander-js/extra-typings";

import { renderRollback, rollback } from "../promote/rollback";
import { print } from "../output/print";

const EXAMPLES = `
Examples:
  kennel rollback main --stack prod
  kennel rollback main --to s3://bucket/models/3c2bf4fa3cd45bc1/model.tar.gz --yes

It moves the endpoint to the configuration that it had, which is never deleted, with the instances that run; writes the former
model into the stack's configuration file; and updates the stack once no alarm is in ALARM.`;

/** `kennel rollback`: an endpoint to the model that it has served before. */
export function addRollbackCommand(program: Command): void {
  program
    .command("rollback <endpoint>")
    .description("Go back to the model that an endpoint has served before.")
    .option("-s, --stack <name>", "the stack that declares the endpoint", "dev")
    .option(
      "--to <model>",
      "the model to go back to, as the configuration named it (default: the one before)",
    )
    .option("-y, --yes", "do not ask")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (endpoint, { json, ...options }) => {
      const result = await rollback(endpoint, options);
      print(json, result, () => renderRollback(result));
      process.exitCode = result.outcome === "declined" ? 1 : 0;
    });
}
