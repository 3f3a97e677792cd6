import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { endpointLogGroupName, functionLogGroupName, trainerLogGroupName } from "../../infra/names";
import { clientSettings } from "../aws/clients";
import { abortedByStop } from "../child-processes";
import { UserError } from "../output/failure";
import { step } from "../output/progress";
import { type ReadStack, readStackOutputs } from "../stack/read-outputs";
import { describeJob, hasEnded } from "./job";
import { type LogLine, type LogPlace, LogTail, trainingLog } from "./log-tail";
import { nextLook } from "./next-look";

/** The name that stands for the stack's EC2 trainer. */
const TRAINER = "trainer";

/** What of which log to print. */
export interface LogOptions {
  readonly stack: string;
  readonly function?: boolean;
  readonly minutes: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

interface Log {
  readonly place: LogPlace;
  readonly since: Date;
  /** Whether no more lines come. */
  readonly hasEnded: () => Promise<boolean>;
}

/** Prints a log; with `follow` until Ctrl-C or the job's end. */
export async function showLog(name: string, options: LogOptions): Promise<void> {
  const { stack, follow = false, json = false } = options;
  const opened = await step(`Reading the stack ${stack}`, () => readStackOutputs(stack));
  const { region } = opened;
  const log = await findLog(name, options, opened);
  const tail = new LogTail(new CloudWatchLogsClient(clientSettings(region)), log.place, log.since);
  const signal = follow ? abortedByStop() : AbortSignal.abort();
  let printed = 0;
  for (let isLast = false; !isLast;) {
    isLast = signal.aborted || (await log.hasEnded());
    const lines = await tail.read();
    printed += lines.length;
    lines.forEach((line) => console.log(json ? JSON.stringify(line) : textOf(line)));
    if (!isLast) {
      await nextLook(signal);
    }
  }
  if (printed === 0) {
    console.error(`No lines in ${log.place.group} since ${log.since.toISOString()}.`);
  }
}

async function findLog(
  name: string,
  options: LogOptions,
  { naming, region, outputs }: ReadStack,
): Promise<Log> {
  const { endpointNames, functionNames, trainerStart } = outputs;
  const isFunction = options.function === true;
  const known = isFunction ? functionNames : endpointNames;
  const physical = Object.hasOwn(known, name) ? known[name] : undefined;
  const since = new Date(Date.now() - options.minutes * 60_000);
  const standing = { since, hasEnded: () => Promise.resolve(false) };
  if (physical !== undefined) {
    const group = isFunction ? functionLogGroupName(physical) : endpointLogGroupName(physical);
    return { place: { group }, ...standing };
  }
  if (name === TRAINER && trainerStart !== null) {
    return { place: { group: trainerLogGroupName(naming) }, ...standing };
  }
  const sageMaker = new SageMakerClient(clientSettings(region));
  const names = Object.keys(known).join(", ") || "none";
  if (isFunction) {
    throw new UserError(
      `the stack ${options.stack} has no function "${name}". Functions: ${names}.`,
    );
  }
  const job = await describeJob(sageMaker, name).catch((error: unknown) => {
    throw error instanceof UserError
      ? new UserError(
          `"${name}" is neither a job (kennel jobs lists them) nor an endpoint of the stack ${options.stack} (${names}).`,
        )
      : error;
  });
  return {
    // A search's trials begin with its name.
    place:
      job.kind === "training"
        ? trainingLog(name)
        : { ...trainingLog(name), streamPrefix: `${name}-` },
    since: job.created ?? new Date(0),
    hasEnded: async () => hasEnded(await describeJob(sageMaker, name)),
  };
}

function textOf({ time, text }: LogLine): string {
  return `${time.toISOString().slice(11, 19)}  ${text}`;
}
