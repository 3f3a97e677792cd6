import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { type EpochFigures, figuresIn } from "./epochs";
import { describeTraining, describeTuning, hasEnded, type Job } from "./job";
import { LogTail, trainingLog } from "./log-tail";
import { nextLook } from "./next-look";
import { listTrials, type Trial } from "./trials";

/** What happens to a job while it is followed. */
export type JobEvent =
  | { readonly event: "status"; readonly job: Job }
  | { readonly event: "log"; readonly stream: string | undefined; readonly text: string }
  | ({ readonly event: "figures" } & EpochFigures)
  | { readonly event: "trials"; readonly job: Job; readonly trials: readonly Trial[] };

/** How a job is followed. */
export interface Following {
  readonly sageMaker: SageMakerClient;
  readonly logs: CloudWatchLogsClient;
  readonly onEvent: (event: JobEvent) => void;
  /** Ends the following, not the job. */
  readonly signal: AbortSignal;
  /** Between two looks; defaults to {@link nextLook}'s. */
  readonly milliseconds?: number;
}

/** A job with its trials; a training job has none. */
export interface FollowedJob {
  readonly job: Job;
  readonly trials: readonly Trial[];
}

/** Looks for late lines of a job that has ended. */
const LAST_LOOKS = 3;

/**
 * Tells of a job until it ends.
 *
 * @returns the job at its end; undefined where the signal came first.
 */
export function followJob(job: Job, following: Following): Promise<FollowedJob | undefined> {
  return job.kind === "training"
    ? followTraining(job, following)
    : followTuning(job.name, following);
}

async function followTraining(
  { name, created }: Job,
  following: Following,
): Promise<FollowedJob | undefined> {
  const { sageMaker, logs, onEvent, signal, milliseconds } = following;
  const tail = new LogTail(logs, trainingLog(name), created ?? new Date(0));
  const tellLines = (): Promise<number> => tellNewLines(tail, onEvent);
  const job = await untilEnded(following, async () => {
    const now = await describeTraining(sageMaker, name);
    await tellLines();
    return now;
  });
  if (job === undefined) {
    return undefined;
  }
  for (let look = 0; look < LAST_LOOKS && (await tellLines()) > 0; look += 1) {
    await nextLook(signal, milliseconds);
  }
  return { job, trials: [] };
}

/** Tells of a log's new lines and of the figures in them; returns how many lines there are. */
export async function tellNewLines(
  tail: LogTail,
  onEvent: (event: JobEvent) => void,
): Promise<number> {
  const lines = await tail.read();
  lines.forEach(({ text, stream }) => tellLine(text, onEvent, stream));
  return lines.length;
}

/** Tells of a line and of the figures in it. */
export function tellLine(text: string, onEvent: (event: JobEvent) => void, stream?: string): void {
  onEvent({ event: "log", stream, text });
  const figures = figuresIn(text);
  if (figures !== undefined) {
    onEvent({ event: "figures", ...figures });
  }
}

async function followTuning(name: string, following: Following): Promise<FollowedJob | undefined> {
  const { sageMaker, onEvent } = following;
  let shown = "";
  let trials: Trial[] = [];
  const job = await untilEnded(following, async () => {
    const now = await describeTuning(sageMaker, name);
    trials = await listTrials(sageMaker, name);
    // The seconds of a running trial are another number each time.
    const state = JSON.stringify(trials.map((each) => [each.name, each.status, each.objective]));
    if (state !== shown) {
      shown = state;
      onEvent({ event: "trials", job: now, trials });
    }
    return now;
  });
  return job && { job, trials };
}

/** Looks again and again, and tells of each change of the status. */
async function untilEnded(
  { signal, milliseconds, onEvent }: Following,
  look: () => Promise<Job>,
): Promise<Job | undefined> {
  let known = "";
  while (!signal.aborted) {
    const job = await look();
    const state = `${job.status} ${job.phase ?? ""}`;
    if (state !== known) {
      known = state;
      onEvent({ event: "status", job });
    }
    if (hasEnded(job)) {
      return job;
    }
    await nextLook(signal, milliseconds);
  }
  return undefined;
}
