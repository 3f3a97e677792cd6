import type { Command } from "@commander-js/extra-typings";

import { batch } from "../batch/batch";
import { renderBatch } from "../batch/report";
import { abortedByStop } from "../child-processes";
import { print } from "../output/print";
import { count } from "./numbers";

const EXAMPLES = `
Examples:
  kennel batch --model dogs --photos s3://photos/inbox/
  kennel batch --model dogs --photos s3://photos/ --instances 4 -o inbox.jsonl --json

A line of the output file: {"photo", "label", "probability", "doubt", "predictions", "model"}.
The photos are copied into the stack's bucket, below batch/, where the model's role reads them and writes its answers;
they are deleted after kennel:data.captureDays. You need to be able to read the photos.
Ctrl-C stops the job; the answers so far are kept. Exit code 1: a photo has no answer.`;

/** `kennel batch`: any number of photos in S3 through SageMaker's batch transform. */
export function addBatchCommand(program: Command): void {
  program
    .command("batch")
    .description("Classify every photo below an address in S3 with SageMaker's batch transform.")
    .requiredOption(
      "--model <endpoint>",
      "the endpoint whose model is used, as configured (required)",
    )
    .requiredOption("--photos <address>", "where the photos are: s3://BUCKET/PREFIX (required)")
    .option("-s, --stack <name>", "the stack that has the endpoint", "dev")
    .option("--instance-type <type>", "the instance type that the model runs on", "ml.m5.xlarge")
    .option("--instances <number>", "how many instances", count, 1)
    .option("-o, --output <file>", "where the answers go, a line each", "answers.jsonl")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async ({ json, ...options }) => {
      const stop = abortedByStop();
      stop.addEventListener("abort", () => {
        console.error("Stopping; press Ctrl-C again to leave the job running.");
      });
      const onStatus = (status: string): void => console.error(status);
      const result = await batch(options, { onStatus, stop });
      print(json, result, () => renderBatch(result, options.output));
      process.exitCode = result.failed.length > 0 ? 1 : 0;
    });
}
