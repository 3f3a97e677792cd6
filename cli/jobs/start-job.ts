import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  CreateHyperParameterTuningJobCommand,
  CreateTrainingJobCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";

import { prefixes } from "../../infra/prefixes";
import { clientSettings, explainAwsError } from "../aws/clients";
import { abortedByStop } from "../child-processes";
import { UserError } from "../output/failure";
import { step } from "../output/progress";
import { type ReadStack, readStackOutputs } from "../stack/read-outputs";
import { currentCommit } from "./commit";
import type { FollowedJob } from "./follow";
import { describeJob, type Job } from "./job";
import { jobOfStack, type JobStart, trainingRequest, tuningRequest } from "./job-requests";
import { comeBack, watchJob } from "./watch-job";

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
  const read = await step(`Reading the stack ${stack}`, () => readStackOutputs(stack));
  const signal = abortedByStop();
  const job = await step(`Starting ${name} in SageMaker`, () => startJob(kind, read, name));
  if (json) {
    console.log(JSON.stringify({ event: "started", job }));
  } else {
    console.log(`Started ${job.name} on ${job.instanceCount} × ${job.instanceType}.`);
  }
  if (wait) {
    return watchJob(job, { region: read.region, json, signal });
  }
  if (!json) {
    console.log(comeBack(job));
  }
  return undefined;
}

/**
 * Starts a stack's training or tuning job.
 *
 * @param name - its key under `kennel:training`.
 * @throws UserError where the stack has no such job, or there are no photos to train on.
 */
export async function startJob(
  kind: Job["kind"],
  { naming, region, outputs }: ReadStack,
  name: string,
): Promise<Job> {
  const job = jobOfStack(outputs, naming.stack, name);
  const client = new SageMakerClient(clientSettings(region));
  await requirePhotos(outputs.bucketName, region, naming.stack);
  const start = { naming, name, job, commit: currentCommit(), now: new Date() };
  const jobName = await create(client, kind, start).catch((error: unknown) => {
    throw refusal(name, explainAwsError(error));
  });
  return describeJob(client, jobName);
}

async function create(
  client: SageMakerClient,
  kind: Job["kind"],
  start: JobStart,
): Promise<string> {
  if (kind === "training") {
    const request = trainingRequest(start);
    await client.send(new CreateTrainingJobCommand(request));
    return request.TrainingJobName!;
  }
  const request = tuningRequest(start);
  await client.send(new CreateHyperParameterTuningJobCommand(request));
  return request.HyperParameterTuningJobName!;
}

/** What SageMaker says of a job that it does not start; nothing has been made. */
function refusal(name: string, error: Error): Error {
  if (error instanceof UserError) {
    return error;
  }
  const hint =
    error.name === "ResourceLimitExceeded"
      ? " Ask for more in Service Quotas (Amazon SageMaker), or choose another instanceType."
      : "";
  return new UserError(`SageMaker did not start ${name}: ${error.message}${hint}`, {
    cause: error,
  });
}

/** A job without photos fails only after its instances have started. */
async function requirePhotos(bucket: string, region: string, stack: string): Promise<void> {
  const Prefix = `${prefixes.data}train/`;
  const { KeyCount } = await new S3Client(clientSettings(region)).send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix, MaxKeys: 1 }),
  );
  if (KeyCount === 0) {
    throw new UserError(
      `there are no photos in s3://${bucket}/${Prefix} to train on: kennel data --source PHOTOS --upload --stack ${stack} puts them there.`,
    );
  }
}
