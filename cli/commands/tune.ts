import type { Command } from "@commander-js/extra-typings";

import { keepBest, keepBestHere } from "../jobs/keep-best";
import { startAndWatch } from "../jobs/start-job";
import { UserError } from "../output/failure";
import { jobCommand, runJob } from "./train";

const EXAMPLES = `
Examples:
  kennel tune dogs                       # a search, with a live leaderboard
  kennel tune dogs --save-best           # then write the best trial's hyperparameters into Pulumi.dev.yaml
  kennel tune dogs --here                # on this machine, over features that are extracted once`;

/** `kennel tune`: a search for hyperparameters. */
export function addTuneCommand(program: Command): void {
  jobCommand(
    program,
    "tune",
    "Search for hyperparameters, with a live leaderboard.",
    "the job's key under kennel:training; it must have `tuning`",
  )
    .option("--save-best", "write the best trial's hyperparameters into the stack's file")
    .addHelpText("after", EXAMPLES)
    .action(async (name, options) => {
      const { stack, here, on, wait, json = false, saveBest = false } = options;
      if (saveBest && (!wait || on === "ec2")) {
        throw new UserError(
          "--save-best needs the end of a search in SageMaker or --here: leave --no-wait and --on ec2 out.",
        );
      }
      if (here === true || on === "ec2") {
        await runJob("tuning", name, options);
        if (saveBest && process.exitCode === 0) {
          keepBestHere(stack, name, json);
        }
        return;
      }
      const ended = await startAndWatch("tuning", { stack, name, wait, json });
      if (saveBest && ended !== undefined) {
        keepBest(stack, name, ended.trials, json);
      }
    });
}
