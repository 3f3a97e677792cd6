import { type Command, Option } from "@commander-js/extra-typings";

import { runLocally } from "../local/run-locally";
import { reportFailure } from "../output/failure";
import { SAMPLE_MODEL } from "../repository";
import { port } from "./numbers";

const EXAMPLES = `
Examples:
  kennel local                                     # until Ctrl-C: the page at http://127.0.0.1:4180
  kennel local --once --photo walk.jpg beach.jpg   # prints and exits
  kennel local --model models/dogs

It needs neither AWS nor Docker.`;

/** `kennel local` (also `npm start`): the whole path on this machine, without AWS, Pulumi CLI or Docker. */
export function addLocalCommand(program: Command): void {
  program
    .command("local")
    .description(
      "Run the whole path here: check the stack, serve a model, classify photos, show a page.",
    )
    .option("--once", "print and exit instead of staying up with the page")
    .option("--photo <file...>", "photos to classify (default: the sample photos)")
    .addOption(
      new Option("--model <folder>", "the model directory to serve").default(
        SAMPLE_MODEL,
        "samples/model",
      ),
    )
    .option("--port <number>", "the page's port on 127.0.0.1", port, 4180)
    .option("-s, --stack <name>", "the stack to check", "dev")
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      try {
        await runLocally(options);
      } catch (error) {
        reportFailure(error);
        // What is still being checked is of no use any more.
        process.exit();
      }
    });
}
