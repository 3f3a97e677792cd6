import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  CreateHyperParameterTuningJobCommand,
  CreateTrainingJobCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";

import { clientSettings, explainAwsError, explained } from "../aws/clients";
import { UserError } from "../output/failure";
import { currentCommit } from "./commit";
import { describeJob, type Job } from "./job";
import { jobOfStack, trainingRequest, tuningRequest } from "./job-requests";
import type { StackOfJobs } from "./stack-of-jobs";

/**
 * Starts a stack's training or tuning job.
 *
 * @param name - its key under `kennel:training`.
 * @throws UserError where the stack has no such job, or there are no photos to train on.
 */
export async function startJob(
  kind: Job["kind"],
  { naming, region, outputs }: StackOfJobs,
  name: string,
): Promise<Job> {
  const job = jobOfStack(outputs, naming.stack, name);
  const start = { naming, name, job, commit: currentCommit(), now: new Date() };
  const command =
    kind === "training"
      ? new CreateTrainingJobCommand(trainingRequest(start))
      : new CreateHyperParameterTuningJobCommand(tuningRequest(start));
  await explained(() => requirePhotos(outputs.bucketName, region, naming.stack));
  const client = new SageMakerClient(clientSettings(region));
  return explained(async () => {
    const jobName =
      command instanceof CreateTrainingJobCommand
        ? command.input.TrainingJobName
        : command.input.HyperParameterTuningJobName;
    await send(client, command).catch((error: unknown) => {
      throw refusal(name, explainAwsError(error));
    });
    return describeJob(client, jobName!);
  });
}

function send(
  client: SageMakerClient,
  command: CreateTrainingJobCommand | CreateHyperParameterTuningJobCommand,
): Promise<unknown> {
  return command instanceof CreateTrainingJobCommand ? client.send(command) : client.send(command);
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
  const { KeyCount } = await new S3Client(clientSettings(region)).send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: "data/train/", MaxKeys: 1 }),
  );
  if (KeyCount === 0) {
    throw new UserError(
      `there are no photos in s3://${bucket}/data/train/ to train on: kennel data --source PHOTOS --upload --stack ${stack} puts them there.`,
    );
  }
}
