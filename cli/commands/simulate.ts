import { type Command, Option } from "@commander-js/extra-typings";

import { renderSimulation, simulationAsJson } from "../simulate/report";
import { runSimulation } from "../simulate/run-simulation";
import { print } from "../output/print";
import { count, positive, whole } from "./numbers";

const EXAMPLES = `
Examples:
  kennel simulate main --stack prod --rate 20 --service-ms 250
  kennel simulate main --rate 20 --service-ms 250 --goal-p95 600    # and recommend min, max and target
  kennel simulate main --traffic day.csv --service-ms 30 --workers 2

A traffic file has a line for each change: seconds, a comma, requests a second. --service-ms is what an answer
reports as its "inference" time.`;

/** `kennel simulate`: whether an endpoint's fleet can take a traffic, and which bounds and target would. */
export function addSimulateCommand(program: Command): void {
  program
    .command("simulate <endpoint>")
    .description("Simulate an endpoint's instances and their scaling under given traffic.")
    .option("-s, --stack <name>", "the stack that declares the endpoint", "dev")
    .option("--rate <number>", "requests a second, all the time", positive)
    .option("--seconds <number>", "how long --rate lasts", positive, 3600)
    .option("--traffic <file>", "a file of requests over time, instead of --rate")
    .requiredOption(
      "--service-ms <number>",
      "how long a worker takes for one request (required)",
      positive,
    )
    .addOption(
      new Option(
        "--service-times <kind>",
        "whether each takes exactly that long, or that long on average",
      )
        .choices(["constant", "exponential"])
        .default("constant"),
    )
    .option("--workers <number>", "requests that an instance works on at once", count, 2)
    .option(
      "--queue <number>",
      "maximum number of requests waiting in an instance (default: the server's own limit)",
      whole,
    )
    .option("--start-seconds <number>", "seconds until an added instance serves", positive, 300)
    .option("--min <number>", "minimum number of instances, instead of the stack's", whole)
    .option("--max <number>", "maximum number of instances, instead of the stack's", whole)
    .option("--target <number>", "scaling target, instead of the stack's", positive)
    .addOption(
      new Option("--metric <name>", "what the target counts, instead of the stack's").choices([
        "invocations",
        "concurrency",
      ]),
    )
    .option("--instance-type <type>", "instance type for the price, instead of the stack's")
    .option(
      "--function-concurrency <number>",
      "the function's reserved concurrency, instead of the stack's",
      whole,
    )
    .option("--goal-p95 <ms>", "recommend the cheapest fleet with this latency", positive)
    .option("--seed <number>", "seed of the random arrivals", whole, 1)
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (endpoint, { json, ...options }) => {
      const report = await runSimulation(endpoint, options);
      print(json, simulationAsJson(report), () => renderSimulation(report));
      const { refused, throttled } = report.simulation;
      process.exitCode = refused + throttled > 0 || report.recommendation === null ? 1 : 0;
    });
}
