import type { Command } from "@commander-js/extra-typings";

import { runSandbox } from "../sandbox/run-sandbox";
import { port, positive } from "./numbers";

const EXAMPLES = `
Examples:
  kennel sandbox
  kennel sandbox --stack dev        # with what the stack declares
  kennel sandbox --port 0 --json

It runs on this machine alone: docs/sandbox.md says what it does and does not do.`;

/** `kennel sandbox`: an AWS account on a loopback address, until Ctrl-C. */
export function addSandboxCommand(program: Command): void {
  program
    .command("sandbox")
    .description("Run a stand-in for an AWS account on this machine, to try every command.")
    .option("--port <number>", "the port on 127.0.0.1; 0: any free one", port, 4181)
    .option("--region <name>", "the region, where a request does not name one", "us-east-1")
    .option(
      "--speed <number>",
      "how many seconds pass in SageMaker for each second here",
      positive,
      60,
    )
    .option("-s, --stack <name>", "a stack to create in it, with its endpoints")
    .option("--json", "print one JSON document when it is ready")
    .addHelpText("after", EXAMPLES)
    .action(runSandbox);
}
