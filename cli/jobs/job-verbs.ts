import {
  SageMakerClient,
  StopHyperParameterTuningJobCommand,
  StopTrainingJobCommand,
} from "@aws-sdk/client-sagemaker";

import { clientSettings } from "../aws/clients";
import { abortedByStop } from "../child-processes";
import { UserError } from "../output/failure";
import { print } from "../output/print";
import { step } from "../output/progress";
import { dollars, duration } from "../output/quantities";
import { renderTable } from "../output/table";
import { readStack, regionOf } from "../preview/stack-file";
import { REPOSITORY } from "../repository";
import { readStackOutputs } from "../stack/read-outputs";
import type { FollowedJob } from "./follow";
import { describeJob, hasEnded, type Job } from "./job";
import { jobCost } from "./job-cost";
import { keepBest } from "./keep-best";
import { listJobs } from "./list-jobs";
import { metricsText, renderEnd } from "./show-job";
import { listTrials } from "./trials";
import { comeBack, watchJob } from "./watch-job";

/** The options of `kennel jobs`. */
interface JobsOptions {
  readonly stack: string;
  readonly last: number;
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly stop?: boolean;
  readonly saveBest?: boolean;
}

/** `kennel jobs`: the newest jobs of a stack. */
export async function showJobs({ stack, last, json, ...options }: JobsOptions): Promise<void> {
  if (options.follow === true || options.stop === true || options.saveBest === true) {
    throw new UserError(
      "--follow, --stop and --save-best are about one job: name it, as kennel jobs lists it.",
    );
  }
  const { region, outputs } = await step(`Reading the stack ${stack}`, () =>
    readStackOutputs(stack),
  );
  const client = new SageMakerClient(clientSettings(region));
  const found = await step("Asking SageMaker for its jobs", async () => {
    const jobs = await listJobs(client, outputs.bucketName, last);
    return Promise.all(jobs.map((job) => withTrials(client, job)));
  });
  const documents = found.map((each) => ({ ...each.job, dollars: jobCost(each, region) }));
  const rows = found.map((each) => row(each, region));
  print(json, documents, () =>
    rows.length === 0
      ? `The stack ${stack} has started no job yet: kennel train NAME starts one.`
      : renderTable(HEADINGS, rows),
  );
}

/** `kennel jobs JOB`: one job, followed or stopped where that is asked for. */
export async function showJob(name: string, options: JobsOptions): Promise<void> {
  const { stack, json = false, follow = false, stop = false, saveBest = false } = options;
  // A job is known by its name; of the stack only the region counts.
  const region = regionOf(readStack(REPOSITORY, stack));
  const client = new SageMakerClient(clientSettings(region));
  let job = await step(`Asking SageMaker for ${name}`, () => describeJob(client, name));
  if (saveBest && (job.kind !== "tuning" || job.training === undefined)) {
    throw new UserError(`${name} is not a search that kennel tune has started.`);
  }
  if (stop) {
    job = await stopJob(client, job);
    if (!follow && !json) {
      console.log(`${name} is ${job.status}.`);
      return;
    }
  }
  let ended: FollowedJob | undefined;
  if (follow) {
    ended = await watchJob(job, { region, json, signal: abortedByStop() });
    if (ended === undefined) {
      return;
    }
  } else {
    const found = await withTrials(client, job);
    print(json, { ...job, trials: found.trials, dollars: jobCost(found, region) }, () =>
      [renderEnd(found, region), ...(hasEnded(job) ? [] : [comeBack(job)])].join("\n"),
    );
    ended = found;
  }
  if (saveBest) {
    keepBest(stack, job.training!, ended.trials, json);
  }
}

const HEADINGS = ["JOB", "KIND", "STATUS", "STARTED", "TIME", "COST", "METRICS"];

function row(followed: FollowedJob, region: string): string[] {
  const { job } = followed;
  const cost = jobCost(followed, region);
  const seconds = ((job.ended ?? new Date()).getTime() - (job.created?.getTime() ?? NaN)) / 1000;
  return [
    job.name,
    job.kind,
    job.status === "InProgress" && job.phase !== undefined ? job.phase : job.status,
    job.created?.toISOString().slice(0, 16).replace("T", " ") ?? "",
    Number.isNaN(seconds) ? "" : duration(seconds),
    cost === null ? "" : dollars(cost),
    job.failure ?? metricsText(telling(job.metrics)),
  ];
}

/** What the test split says, or until there is that, the validation split. */
function telling(metrics: Job["metrics"]): Job["metrics"] {
  const of = (split: string): [string, number][] =>
    Object.entries(metrics).filter(([name]) => name.startsWith(split));
  const tested = of("Testing");
  return Object.fromEntries(tested.length > 0 ? tested : of("Validation"));
}

async function withTrials(client: SageMakerClient, job: Job): Promise<FollowedJob> {
  return { job, trials: job.kind === "tuning" ? await listTrials(client, job.name) : [] };
}

async function stopJob(client: SageMakerClient, job: Job): Promise<Job> {
  if (hasEnded(job)) {
    return job;
  }
  if (job.kind === "training") {
    await client.send(new StopTrainingJobCommand({ TrainingJobName: job.name }));
  } else {
    await client.send(
      new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: job.name }),
    );
  }
  return describeJob(client, job.name);
}
