import { constants } from "node:os";

import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { clientSettings, explainAwsError } from "../aws/clients";
import { UserError } from "../output/failure";
import { followJob, type FollowedJob } from "./follow";
import type { Job } from "./job";
import { jobCost } from "./job-cost";
import { type JobView, jsonView, renderEnd, textView } from "./show-job";

/** The exit code of a command that Ctrl-C has ended. */
const INTERRUPTED = 128 + constants.signals.SIGINT;

/**
 * Shows what goes on in AWS until it ends. Where the user leaves it, or it can't be followed any more, says that it goes on, and
 * how to come back.
 *
 * @param what - such as `job NAME`.
 * @param back - how to come back.
 * @returns what `follow` comes to; undefined, and the exit code 130, where that is undefined, because the user has left.
 */
export async function watch<Ended>(
  what: string,
  back: string,
  json: boolean,
  follow: (show: JobView["show"]) => Promise<Ended | undefined>,
): Promise<Ended | undefined> {
  const view = json ? jsonView() : textView();
  const ended = await follow(view.show)
    .catch((cause: unknown) => {
      const error = explainAwsError(cause);
      const message = `${error.message}\nThe ${what} goes on. ${back}`;
      throw error instanceof UserError
        ? new UserError(message, { cause })
        : new Error(message, { cause });
    })
    .finally(() => view.end());
  if (ended === undefined) {
    console.error(`\nLeft the ${what}, which goes on. ${back}`);
    process.exitCode = INTERRUPTED;
  }
  return ended;
}

/**
 * Follows a job to its end and says how it ended, what it cost and what to do next. Sets the exit code: 1 where the job has
 * not completed, 130 where the user has left it.
 *
 * @returns the job at its end; undefined where it goes on without us.
 */
export async function watchJob(
  job: Job,
  { region, json, signal }: { region: string; json: boolean; signal: AbortSignal },
): Promise<FollowedJob | undefined> {
  const ended = await watch(`job ${job.name}`, comeBack(job), json, (onEvent) =>
    followJob(job, {
      sageMaker: new SageMakerClient(clientSettings(region)),
      logs: new CloudWatchLogsClient(clientSettings(region)),
      onEvent,
      signal,
    }),
  );
  if (ended === undefined) {
    return undefined;
  }
  if (json) {
    const dollars = jobCost(ended, region);
    console.log(JSON.stringify({ event: "ended", ...ended, dollars }));
  } else {
    console.log(renderEnd(ended, region));
  }
  process.exitCode = ended.job.status === "Completed" ? 0 : 1;
  return ended;
}

/** How to come back to a job, and how to end it. */
export function comeBack({ name }: Pick<Job, "name">): string {
  return `Come back with kennel jobs ${name} --follow; stop it with kennel jobs ${name} --stop.`;
}
