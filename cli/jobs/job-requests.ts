import type {
  CreateHyperParameterTuningJobRequest,
  CreateTrainingJobRequest,
} from "@aws-sdk/client-sagemaker";

import { physicalName, type Naming } from "../../infra/names";
import type { StackOutputs, StackTrainingJob } from "../../infra/stack-outputs";
import { UserError } from "../output/failure";

/** Lengths that SageMaker allows. */
const LONGEST_NAMES = { training: 63, tuning: 32 } as const;
const TIME_LENGTH = "261127183000".length;

/** Which of a stack's jobs to start, and what its model will name as its origin. */
export interface JobStart {
  readonly naming: Naming;
  /** Key under `kennel:training`. */
  readonly name: string;
  readonly job: StackTrainingJob;
  /** Commit of the checkout that starts it; undefined outside of git. */
  readonly commit: string | undefined;
  readonly now: Date;
}

/**
 * A stack's job by its key under `kennel:training`.
 *
 * @throws UserError where the stack has no jobs, or none of this name.
 */
export function jobOfStack(
  { training }: Pick<StackOutputs, "training">,
  stack: string,
  name: string,
): StackTrainingJob {
  const jobs = training?.jobs ?? {};
  const known = Object.keys(jobs);
  if (known.length === 0) {
    throw new UserError(
      `the stack ${stack} has no training jobs. Declare one in Pulumi.${stack}.yaml, for example ` +
        `"kennel:training: {${name}: {instanceType: ml.m5.xlarge}}", and run pulumi up (in the sandbox kennel sandbox --stack ${stack}).`,
    );
  }
  const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  if (job === undefined) {
    throw new UserError(
      `the stack ${stack} has no training job "${name}". Its jobs: ${known.join(", ")}.`,
    );
  }
  return job;
}

/** CreateTrainingJob's request. */
export function trainingRequest(start: JobStart): CreateTrainingJobRequest {
  const { trainingJob } = start.job;
  return {
    ...trainingJob,
    TrainingJobName: jobName(start, "training"),
    Environment: origin(start, trainingJob.AlgorithmSpecification.TrainingImage),
  } as CreateTrainingJobRequest;
}

/**
 * CreateHyperParameterTuningJob's request.
 *
 * @throws UserError for a job without `tuning`.
 */
export function tuningRequest(start: JobStart): CreateHyperParameterTuningJobRequest {
  const { tuningJob } = start.job;
  if (tuningJob === undefined) {
    throw new UserError(
      `the training job "${start.name}" has no tuning. Add it in Pulumi.${start.naming.stack}.yaml, for example ` +
        `"tuning: {jobs: 12, parallelJobs: 3}" under kennel:training.${start.name}, and run pulumi up.`,
    );
  }
  const { TrainingJobDefinition: trial } = tuningJob;
  return {
    ...tuningJob,
    HyperParameterTuningJobName: jobName(start, "tuning"),
    TrainingJobDefinition: {
      ...trial,
      Environment: origin(start, trial.AlgorithmSpecification.TrainingImage),
    },
  } as CreateHyperParameterTuningJobRequest;
}

/** The variable that says which key under `kennel:training` a job was started from. */
export const TRAINING_VARIABLE = "KENNEL_TRAINING";

/** What train.py writes into origin.json. */
function origin({ name, commit }: JobStart, image: string): Record<string, string> {
  return {
    [TRAINING_VARIABLE]: name,
    KENNEL_IMAGE: image,
    ...(commit !== undefined && { KENNEL_COMMIT: commit }),
  };
}

/** Such as `kennel-dev-dogs-261127183000`: each start has another one. */
function jobName({ naming, name, now }: JobStart, kind: keyof typeof LONGEST_NAMES): string {
  const time = now.toISOString().slice(2, 19).replace(/\D/g, "");
  return `${jobNameStem(naming, name, kind)}-${time}`;
}

/** What the names of a job's starts have in common. */
export function jobNameStem(
  { project, stack }: Naming,
  name: string,
  kind: keyof typeof LONGEST_NAMES,
): string {
  return physicalName([project, stack, name], LONGEST_NAMES[kind] - TIME_LENGTH - 1);
}
