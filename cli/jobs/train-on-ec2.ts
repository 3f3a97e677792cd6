import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { type CommandInvocationStatus, SSMClient } from "@aws-sdk/client-ssm";

import { trainerLogGroupName } from "../../infra/names";
import { hourlyPrice } from "../../packages/aws-facts/prices";
import { clientSettings } from "../aws/clients";
import { abortedByStop } from "../child-processes";
import { currentPrices } from "../cost/price-tables";
import { UserError } from "../output/failure";
import { step } from "../output/progress";
import { dollars, duration } from "../output/quantities";
import { type ReadStack, readStackOutputs } from "../stack/read-outputs";
import { currentCommit } from "./commit";
import { type JobEvent, tellNewLines } from "./follow";
import type { Job } from "./job";
import { LogTail } from "./log-tail";
import { nextLook } from "./next-look";
import type { StartAndWatch } from "./start-job";
import { readTraining, trainingOptions } from "./train-here";
import { commandStatus, RUNNING, sendCommand, trainerCommand } from "./trainer-command";
import { type TrainerHost, trainerHost } from "./trainer-host";
import { watch } from "./watch-job";

/** A training that was begun on a trainer. */
export interface Begun {
  readonly read: ReadStack;
  readonly host: TrainerHost;
  readonly commandId: string;
  readonly since: Date;
}

/** How a training on a trainer has ended. */
export interface Outcome {
  readonly status: CommandInvocationStatus;
  /** Key of the model's archive in the data bucket. */
  readonly modelKey: string | undefined;
}

/** The agent sends lines seconds after they were written: so often is looked for the last ones. */
const LAST_LOOKS = 4;

/** Trains with a job's hyperparameters on the stack's trainer, by Systems Manager's Run Command, and follows its log. */
export async function trainOnEc2(
  kind: Job["kind"],
  { stack, name, wait, json }: StartAndWatch,
): Promise<void> {
  if (process.env["KENNEL_SANDBOX"] !== undefined) {
    throw new UserError(
      "instances of the sandbox do not run: train in a job (without --on ec2), or on this machine (--here).",
    );
  }
  const commands = trainerCommand(
    kind,
    trainingOptions(kind, readTraining(stack, name)),
    currentCommit(),
  );
  const read = await step(`Reading the stack ${stack}`, () => readStackOutputs(stack));
  const signal = abortedByStop();
  const begun = await step("Starting the trainer", () => beginOnTrainer(read, commands, signal));
  const { host, commandId } = begun;
  const back =
    `Come back with kennel logs trainer --follow --stack ${stack}; stop it with ` +
    `aws ssm cancel-command --region ${read.region} --command-id ${commandId}.`;
  if (json) {
    console.log(JSON.stringify({ event: "started", ...host, commandId }));
  } else {
    console.log(`Training on ${host.instanceId} (${host.instanceType}).`);
  }
  if (!wait) {
    console.error(back);
    return;
  }
  const outcome = await watch("training", back, json, (show) => followTrainer(begun, show, signal));
  if (outcome !== undefined) {
    tellEnd(begun, outcome, json);
    process.exitCode = outcome.status === "Success" ? 0 : 1;
  }
}

/**
 * Starts a stack's trainer where it has stopped, and gives it the commands.
 *
 * @throws UserError where the stack has none, it does not come up, or the signal comes first.
 */
export async function beginOnTrainer(
  read: ReadStack,
  commands: readonly string[],
  signal: AbortSignal,
): Promise<Begun> {
  const { naming, region, outputs } = read;
  if (outputs.trainerStart === null) {
    throw new UserError(
      `the stack ${naming.stack} has no trainer. Declare one in Pulumi.${naming.stack}.yaml, for example "kennel:trainer: {}", and run pulumi up; or train in SageMaker (without --on ec2).`,
    );
  }
  const host = await trainerHost(naming, region, outputs.trainerStart, signal);
  const since = new Date();
  const commandId = await sendCommand(new SSMClient(clientSettings(region)), host, commands);
  return { read, host, commandId, since };
}

/** Tells of a training's lines until its command ends; undefined where the signal comes first. */
export async function followTrainer(
  { read: { naming, region }, host, commandId, since }: Begun,
  onEvent: (event: JobEvent) => void,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const ssm = new SSMClient(clientSettings(region));
  const place = { group: trainerLogGroupName(naming), streamPrefix: host.instanceId };
  const tail = new LogTail(new CloudWatchLogsClient(clientSettings(region)), place, since);
  let modelKey: string | undefined;
  const look = async (): Promise<void> => {
    await nextLook(signal);
    await tellNewLines(tail, (event) => {
      onEvent(event);
      if (event.event === "log") {
        modelKey = /^The model is (\S+model\.tar\.gz)/.exec(event.text)?.[1] ?? modelKey;
      }
    });
  };
  let status: CommandInvocationStatus = "Pending";
  while (RUNNING.has(status) && !signal.aborted) {
    await look();
    status = await commandStatus(ssm, host, commandId);
  }
  for (let looks = 0; looks < LAST_LOOKS && !signal.aborted && !modelKey; looks += 1) {
    await look();
  }
  return RUNNING.has(status) ? undefined : { status, modelKey };
}

function tellEnd(
  { read: { region, outputs }, host, since }: Begun,
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
