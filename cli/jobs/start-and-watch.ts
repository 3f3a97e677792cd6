import { Progress } from "../output/progress";
import type { FollowedJob } from "./follow";
import type { Job } from "./job";
import { stackOfJobs } from "./stack-of-jobs";
import { startJob } from "./start-job";
import { comeBack, detaching, watchJob } from "./watch-job";

/** Which job to start, and how to follow it. */
export interface StartAndWatch {
  readonly stack: string;
  readonly name: string;
  readonly wait: boolean;
  readonly json: boolean;
}

/**
 * Starts a stack's job in SageMaker and follows it. Ctrl-C while it is being started waits for SageMaker's answer, so that
 * nobody has to wonder whether it runs.
 *
 * @returns the job at its end; undefined where it goes on without us.
 */
export async function startAndWatch(
  kind: Job["kind"],
  { stack, name, wait, json }: StartAndWatch,
): Promise<FollowedJob | undefined> {
  const progress = new Progress();
  const opened = await progress.step(`Reading the stack ${stack}`, () => stackOfJobs(stack));
  const signal = detaching();
  const job = await progress.step(`Starting ${name} in SageMaker`, () =>
    startJob(kind, opened, name),
  );
  if (json) {
    console.log(JSON.stringify({ event: "started", job }));
  } else {
    console.log(`Started ${job.name} on ${job.instanceCount} × ${job.instanceType}.`);
  }
  if (!wait) {
    if (!json) {
      console.log(comeBack(job));
    }
    return undefined;
  }
  return watchJob(job, { region: opened.region, json, signal });
}
