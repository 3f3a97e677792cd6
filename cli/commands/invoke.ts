import type { Command } from "@commander-js/extra-typings";

import { invocationAsJson, invoke } from "../invoke/invoke";
import { renderClassifications } from "../local/classification-table";
import { print } from "../output/print";

const EXAMPLES = `
Examples:
  kennel invoke dogs --photo walk.jpg beach.jpg
  kennel invoke dogs --stack prod --url https://example.com/dog.jpg --json
  kennel invoke dogs --photo walk.jpg --direct      # the endpoint itself, without its function

Exit code 1: a photo was refused; 2: there is no such endpoint, or no way to it.`;

/** `kennel invoke`: photos through a stack's function, or to its endpoint. */
export function addInvokeCommand(program: Command): void {
  program
    .command("invoke")
    .description(
      "Classify photos with an endpoint of a stack, through its function where it has one.",
    )
    .argument("<endpoint>", "the endpoint's name in the configuration")
    .option("-s, --stack <name>", "the stack that has the endpoint", "dev")
    .option("--photo <file...>", "photos of this machine")
    .option("--url <address...>", "photos on the web")
    .option("--direct", "ask the endpoint itself, also where it has a function")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (endpoint, { json, ...options }) => {
      const invocation = await invoke(endpoint, options);
      print(json, invocationAsJson(invocation), () => renderClassifications(invocation.results));
      if (invocation.results.some(({ answer }) => answer.kind === "refused")) {
        process.exitCode = 1;
      }
    });
}
