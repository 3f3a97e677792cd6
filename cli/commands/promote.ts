import type { Command } from "@commander-js/extra-typings";

import { promote, renderPromotion } from "../promote/promote";
import { print } from "../output/print";
import { share, whole } from "./numbers";

const EXAMPLES = `
Examples:
  kennel promote main --model training-output/model         # a model directory of this machine
  kennel promote main --job dogs-2026-11-27 --stack prod    # the model of a training job
  kennel promote main --from-stack staging --stack prod     # what staging serves
  kennel promote main --model s3://bucket/path/model.tar.gz --yes --watch 600

It reads the archive, loads the model here, compares it with the one that serves and shows the review of the change, before it
changes anything. Then it writes the model into the stack's configuration file, updates the stack, asks the endpoint for a photo
and watches its alarms. What goes wrong is taken back. Exit code 1: refused, or taken back.`;

/** `kennel promote`: a model to an endpoint, watched and taken back where it fails. */
export function addPromoteCommand(program: Command): void {
  program
    .command("promote <endpoint>")
    .description("Promote a model to an endpoint, watch it, and roll back if it fails.")
    .option("-s, --stack <name>", "the stack that declares the endpoint", "dev")
    .option("--model <source>", "a model directory, a model.tar.gz or an s3:// address")
    .option("--job <name>", "the training job whose model it is, instead of --model")
    .option("--from-stack <name>", "the stack that serves the model already, instead of --model")
    .option("--photo <file>", "a photo to ask about; defaults to a sample photo")
    .option(
      "--tolerance <share>",
      "how much lower the test accuracy may be, from 0 to 1",
      share,
      0.01,
    )
    .option("--accept-worse", "promote although the test accuracy is lower, or not known")
    .option("--accept-classes", "promote although the classes differ")
    .option("--watch <seconds>", "how long to watch the alarms afterwards", whole, 60)
    .option("-y, --yes", "do not ask")
    .option("--no-rollback", "leave a failed promotion as it is")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (endpoint, { json, ...options }) => {
      const promotion = await promote(endpoint, options);
      print(json, promotion, () => renderPromotion(promotion));
      process.exitCode = promotion.outcome === "declined" ? 1 : 0;
    });
}
