import type { Command } from "@commander-js/extra-typings";

import { loadEndpoint } from "../load/load";
import { loadAsJson, renderLoad } from "../load/report";
import { print } from "../output/print";
import { count, positive, whole } from "./numbers";

const EXAMPLES = `
Examples:
  kennel load dogs --rate 20 --seconds 300          # does it scale, and what do callers feel meanwhile?
  kennel load dogs --rate 50 --seconds 60 --direct --json

Requests are real: they and the instances that scaling adds cost money. Ctrl-C ends the sending.
Exit code 1: a request was not answered.`;

/** `kennel load`: requests at a steady rate, and what became of them. */
export function addLoadCommand(program: Command): void {
  program
    .command("load")
    .description("Send requests to an endpoint at a steady rate; show latency, errors, instances.")
    .argument("<endpoint>", "the endpoint's name in the configuration")
    .requiredOption("--rate <number>", "requests a second, arriving at random (required)", positive)
    .requiredOption("--seconds <number>", "how long requests are sent (required)", positive)
    .option("-s, --stack <name>", "the stack that has the endpoint", "dev")
    .option("--photo <file...>", "photos to send in turn (default: the samples)")
    .option("--direct", "ask the endpoint itself, also where it has a function")
    .option("--max-in-flight <number>", "requests that may wait for an answer", count, 500)
    .option("--seed <number>", "seed of the random arrival times", whole, 1)
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (endpoint, { json, ...options }) => {
      const result = await loadEndpoint(endpoint, options, ({ kind, name }) => {
        console.error(
          `Sending about ${Math.round(options.rate * options.seconds)} requests to the ${kind} ${name} for ${options.seconds} s.`,
        );
      });
      print(json, loadAsJson(endpoint, result), () => renderLoad(result));
      process.exitCode =
        result.notSent > 0 || result.samples.some(({ error }) => error !== undefined) ? 1 : 0;
    });
}
