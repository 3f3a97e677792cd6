import { Option, type Command } from "@commander-js/extra-typings";

import { trainHere } from "../jobs/train-here";
import { startAndWatch } from "../jobs/start-job";
import { trainOnEc2 } from "../jobs/train-on-ec2";
import { UserError } from "../output/failure";

const EXAMPLES = `
Examples:
  kennel train dogs                      # the job kennel:training.dogs of the stack dev, followed to its end
  kennel train dogs --stack prod --no-wait
  kennel train dogs --on ec2             # on the stack's trainer
  kennel train dogs --here               # on this machine: photos/ in, models/dogs out

Ctrl-C leaves a job that runs in AWS; kennel jobs JOB --follow comes back to it.`;

/** `kennel train`: one training, in SageMaker, on the stack's trainer or here. */
export function addTrainCommand(program: Command): void {
  jobCommand(
    program,
    "train",
    "Train a model, follow it live, and say what it cost.",
    "the job's key under kennel:training",
  )
    .addHelpText("after", EXAMPLES)
    .action((name, options) => runJob("training", name, options));
}

/** A verb that runs a job: `train` or `tune`, without what only one of them has. */
export function jobCommand(program: Command, verb: string, description: string, name: string) {
  return program
    .command(verb)
    .description(description)
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

/** Runs a job where the options say. */
export async function runJob(
  kind: "training" | "tuning",
  name: string,
  options: ReturnType<ReturnType<typeof jobCommand>["opts"]>,
): Promise<void> {
  const { stack, on, data, json = false } = options;
  if (options.here === true) {
    if (on === "ec2" || !options.wait) {
      throw new UserError("--here runs on this machine: leave --on and --no-wait out.");
    }
    const modelDirectory = options.modelDir ?? `models/${name}`;
    process.exitCode = await trainHere({ kind, stack, name, data, modelDirectory, json });
    return;
  }
  const start = on === "ec2" ? trainOnEc2 : startAndWatch;
  await start(kind, { stack, name, wait: options.wait, json });
}
