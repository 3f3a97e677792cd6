import { constants } from "node:os";

import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { clientSettings, explainAwsError } from "../aws/clients";
import { UserError } from "../output/failure";
import { followJob, type FollowedJob } from "./follow";
import type { Job } from "./job";
import { jobCost } from "./job-cost";
import { jsonView, renderEnd, textView } from "./show-job";

/** The exit code of a command that Ctrl-C has ended. */
export const INTERRUPTED = 128 + constants.signals.SIGINT;

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
  const view = json ? jsonView() : textView();
  let ended: FollowedJob | undefined;
  try {
    ended = await followJob(job, {
      sageMaker: new SageMakerClient(clientSettings(region)),
      logs: new CloudWatchLogsClient(clientSettings(region)),
      onEvent: view.show,
      signal,
    });
  } catch (error) {
    view.end();
    throw goingOn(job, explainAwsError(error));
  }
  view.end();
  if (ended === undefined) {
    console.error(`\nLeft ${job.name}, which goes on. ${comeBack(job)}`);
    process.exitCode = INTERRUPTED;
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

/** The user must know that the job has not ended with the command. */
function goingOn(job: Job, error: Error): Error {
  const message = `${error.message}\nThe job ${job.name} goes on. ${comeBack(job)}`;
  return error instanceof UserError
    ? new UserError(message, { cause: error })
    : new Error(message, { cause: error });
}
