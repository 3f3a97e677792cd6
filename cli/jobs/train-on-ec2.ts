import { setTimeout as pause } from "node:timers/promises";

import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { type CommandInvocationStatus, SSMClient } from "@aws-sdk/client-ssm";

import { trainerLogGroupName } from "../../infra/names";
import { hourlyPrice } from "../../packages/aws-facts/prices";
import { clientSettings, explained } from "../aws/clients";
import { currentPrices } from "../cost/price-tables";
import { UserError } from "../output/failure";
import { Progress } from "../output/progress";
import { dollars, duration } from "../output/quantities";
import { currentCommit } from "./commit";
import { figuresIn } from "./epochs";
import { LogTail } from "./log-tail";
import { jsonView, textView } from "./show-job";
import { type StackOfJobs, stackOfJobs } from "./stack-of-jobs";
import { readTraining, trainingOptions } from "./train-here";
import { commandStatus, RUNNING, sendCommand, trainerCommand } from "./trainer-command";
import { type TrainerHost, trainerHost } from "./trainer-host";
import { detaching, INTERRUPTED, lookInterval } from "./watch-job";

/** Which training to run on a stack's trainer. */
export interface TrainerTraining {
  readonly kind: "training" | "tuning";
  readonly stack: string;
  /** Key under `kennel:training`. */
  readonly name: string;
  readonly wait: boolean;
  readonly json: boolean;
}

/** A training that was begun on a trainer. */
interface Begun {
  readonly opened: StackOfJobs;
  readonly host: TrainerHost;
  readonly commandId: string;
  readonly since: Date;
}

/** How a training on a trainer has ended, as far as we followed it. */
interface Outcome {
  readonly status: CommandInvocationStatus;
  /** Key of the model's archive in the data bucket. */
  readonly modelKey: string | undefined;
}

/** Trains with a job's hyperparameters on the stack's trainer, by Systems Manager's Run Command, and follows its log. */
export async function trainOnEc2(training: TrainerTraining): Promise<void> {
  const { stack, wait, json } = training;
  const back = `Come back with kennel logs trainer --follow --stack ${stack}.`;
  const { begun, signal } = await begin(training);
  const { host, commandId } = begun;
  if (json) {
    console.log(JSON.stringify({ event: "started", ...host, commandId }));
  } else {
    console.log(`Training on ${host.instanceId} (${host.instanceType}).`);
  }
  if (!wait) {
    console.error(back);
    return;
  }
  const outcome = await follow(begun, json, signal).catch((error: unknown) => {
    throw new UserError(`${(error as Error).message}\nThe training goes on. ${back}`);
  });
  if (RUNNING.has(outcome.status)) {
    console.error(`\nLeft the training, which goes on. ${back}`);
    process.exitCode = INTERRUPTED;
    return;
  }
  tellEnd(begun, outcome, json);
  process.exitCode = outcome.status === "Success" ? 0 : 1;
}

async function begin({
  kind,
  stack,
  name,
}: TrainerTraining): Promise<{ begun: Begun; signal: AbortSignal }> {
  const options = trainingOptions(kind, readTraining(stack, name));
  const commands = trainerCommand(kind, options, currentCommit());
  const progress = new Progress();
  const opened = await progress.step(`Reading the stack ${stack}`, () => stackOfJobs(stack));
  const { naming, region, outputs } = opened;
  const { trainerStart } = outputs;
  if (trainerStart === null) {
    throw new UserError(
      `the stack ${stack} has no trainer. Declare one in Pulumi.${stack}.yaml, for example "kennel:trainer: {}", and run pulumi up; or train in SageMaker (without --on ec2).`,
    );
  }
  const signal = detaching();
  const host = await progress.step("Starting the trainer", () =>
    explained(() => trainerHost(naming, region, trainerStart, signal)),
  );
  const since = new Date();
  const ssm = new SSMClient(clientSettings(region));
  const commandId = await explained(() => sendCommand(ssm, host, commands));
  return { begun: { opened, host, commandId, since }, signal };
}

async function follow(
  { opened: { naming, region }, host, commandId, since }: Begun,
  json: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  const ssm = new SSMClient(clientSettings(region));
  const place = { group: trainerLogGroupName(naming), streamPrefix: host.instanceId };
  const tail = new LogTail(new CloudWatchLogsClient(clientSettings(region)), place, since);
  const view = json ? jsonView() : textView();
  let modelKey: string | undefined;
  let status: CommandInvocationStatus = "Pending";
  try {
    while (RUNNING.has(status) && !signal.aborted) {
      await pause(lookInterval(), undefined, { signal }).catch(() => undefined);
      status = await explained(() => commandStatus(ssm, host, commandId));
      for (const { stream, text } of await explained(() => tail.read())) {
        view.show({ event: "log", stream, text });
        const figures = figuresIn(text);
        if (figures !== undefined) {
          view.show({ event: "figures", ...figures });
        }
        modelKey = /^The model is (\S+model\.tar\.gz)/.exec(text)?.[1] ?? modelKey;
      }
    }
  } finally {
    view.end();
  }
  return { status, modelKey };
}

function tellEnd(
  { opened: { region, outputs }, host, since }: Begun,
  { status, modelKey }: Outcome,
  json: boolean,
): void {
  const seconds = (Date.now() - since.getTime()) / 1000;
  const price = hourlyPrice("ec2", host.instanceType, region, currentPrices());
  const cost = price === undefined ? null : (price.dollars * seconds) / 3600;
  const modelUri = modelKey === undefined ? undefined : `s3://${outputs.bucketName}/${modelKey}`;
  if (json) {
    console.log(JSON.stringify({ event: "ended", status, seconds, dollars: cost, modelUri }));
    return;
  }
  const spent = cost === null ? "cost unknown" : `${dollars(cost)} On-Demand`;
  console.log(`${status} after ${duration(seconds)} on ${host.instanceType}: ${spent}`);
  if (modelUri !== undefined) {
    console.log(`Model: ${modelUri}\nServe it: kennel promote ENDPOINT --model ${modelUri}`);
  }
}
