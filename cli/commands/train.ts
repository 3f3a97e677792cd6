import { Option, type Command } from "@commander-js/extra-typings";

import { keepBest, keepBestHere } from "../jobs/keep-best";
import { startAndWatch } from "../jobs/start-job";
import { trainHere } from "../jobs/train-here";
import { trainOnEc2 } from "../jobs/train-on-ec2";
import { UserError } from "../output/failure";

const TRAIN_EXAMPLES = `
Examples:
  kennel train dogs                      # the job kennel:training.dogs of the stack dev, followed to its end
  kennel train dogs --stack prod --no-wait
  kennel train dogs --on ec2             # on the stack's trainer
  kennel train dogs --here               # on this machine: photos/ in, models/dogs out

Ctrl-C leaves a job that runs in AWS; kennel jobs JOB --follow comes back to it.`;

const TUNE_EXAMPLES = `
Examples:
  kennel tune dogs                       # a search, with a live leaderboard
  kennel tune dogs --save-best           # then write the best trial's hyperparameters into Pulumi.dev.yaml
  kennel tune dogs --here                # on this machine, over features that are extracted once`;

/** `kennel train`: one training, in SageMaker, on the stack's trainer or here. */
export function addTrainCommand(program: Command): void {
  jobCommand(program, "train", "the job's key under kennel:training")
    .description("Train a model, follow it live, and say what it cost.")
    .addHelpText("after", TRAIN_EXAMPLES)
    .action((name, options) => runJob("training", name, options));
}

/** `kennel tune`: a search for hyperparameters. */
export function addTuneCommand(program: Command): void {
  jobCommand(program, "tune", "the job's key under kennel:training; it must have `tuning`")
    .description("Search for hyperparameters, with a live leaderboard.")
    .option("--save-best", "write the best trial's hyperparameters into the stack's file")
    .addHelpText("after", TUNE_EXAMPLES)
    .action((name, options) => runJob("tuning", name, options));
}

/** A verb that runs a job, without what only one of them has. */
function jobCommand(program: Command, verb: string, name: string) {
  return program
    .command(verb)
    .argument("<name>", name)
    .option("-s, --stack <name>", "the stack whose job it is", "dev")
    .addOption(
      new Option("--on <where>", "where it runs in AWS")
        .choices(["sagemaker", "ec2"])
        .default("sagemaker"),
    )
    .option("--here", "run it in this machine's Python environment, without AWS")
    .option("--data <folder>", "with --here: the photos, in train/, valid/ and test/", "photos")
    .option("--model-dir <folder>", "with --here: where the model goes (default: models/NAME)")
    .option("--wait", "follow it until it ends", true)
    .option("--no-wait", "start it, print its name and return")
    .option("--json", "print one JSON document a line");
}

type JobOptions = ReturnType<ReturnType<typeof jobCommand>["opts"]> & { readonly saveBest?: true };

/** Runs a job where the options say. */
async function runJob(
  kind: "training" | "tuning",
  name: string,
  options: JobOptions,
): Promise<void> {
  const { stack, on, here, wait, data, modelDir, json = false, saveBest } = options;
  if (saveBest && (!wait || on === "ec2")) {
    throw new UserError(
      "--save-best needs the end of a search in SageMaker or --here: leave --no-wait and --on ec2 out.",
    );
  }
  if (here && (!wait || on === "ec2")) {
    throw new UserError("--here runs on this machine: leave --on and --no-wait out.");
  }
  if (here) {
    const modelDirectory = modelDir ?? `models/${name}`;
    process.exitCode = await trainHere({ kind, stack, name, data, modelDirectory, json });
    if (saveBest && process.exitCode === 0) {
      keepBestHere(stack, name, json);
    }
  } else if (on === "ec2") {
    await trainOnEc2(kind, { stack, name, wait, json });
  } else {
    const ended = await startAndWatch(kind, { stack, name, wait, json });
    if (saveBest && ended !== undefined) {
      keepBest(stack, name, ended.trials, json);
    }
  }
}
