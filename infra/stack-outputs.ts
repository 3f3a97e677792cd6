import type * as aws from "@pulumi/aws";
import type { TrainingJob } from "./components/training/training-jobs";
import type { trainingJobRequest, tuningJobRequest } from "./components/training/training-requests";

/** A job under `kennel:training`, with the requests that start it: all but a name. */
export interface StackTrainingJob extends Pick<TrainingJob, "instanceType" | "instanceCount"> {
  readonly trainingJob: ReturnType<typeof trainingJobRequest>;
  /** Absent without `tuning`. */
  readonly tuningJob?: ReturnType<typeof tuningJobRequest>;
}

/**
 * What a Kennel stack tells other stacks: the types of its outputs, as `StackReference.requireOutput` resolves them.
 *
 * Maps have a key for each endpoint of the configuration that is created. `infra/consumer` shows how an application uses them.
 */
export interface StackOutputs {
  /** The data bucket. */
  readonly bucketName: string;
  /** Addresses of the images with their digests, by container. */
  readonly imageUris: Readonly<Record<string, string>>;
  /** Names of the SageMaker endpoints. Another instance type or mode is another name: read it, don't copy it. */
  readonly endpointNames: Readonly<Record<string, string>>;
  /** `s3://…/model.tar.gz` that each endpoint serves; another stack may serve the same, which is how a model is promoted. */
  readonly modelUris: Readonly<Record<string, string>>;
  /** Names of the Lambda functions; callers invoke their alias `live`. */
  readonly functionNames: Readonly<Record<string, string>>;
  /** Addresses of the functions, for callers with an AWS identity. */
  readonly functionUrls: Readonly<Record<string, string>>;
  /** Training jobs, and the role that they are started with; null without any. */
  readonly training: {
    readonly roleArn: string;
    readonly jobs: Readonly<Record<string, StackTrainingJob>>;
  } | null;
  /** The command that tells the public name of the EC2 trainer, another one after each start; null without a trainer. */
  readonly trainerAddress: string | null;
  /** The command that starts the trainer again; null without one. */
  readonly trainerStart: string | null;
  readonly notebookUrl: string | null;
  readonly dashboardUrl: string | null;
  /** Policies that the owners of existing roles have to add, by role and policy. */
  readonly permissionsToGrant: Readonly<
    Record<string, Readonly<Record<string, aws.iam.PolicyDocument>>>
  >;
  /** What `pulumi destroy` leaves behind on purpose, a sentence each. */
  readonly keptOnDestroy: readonly string[];
}
