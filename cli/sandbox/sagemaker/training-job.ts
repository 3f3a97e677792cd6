import type {
  DescribeTrainingJobResponse,
  SecondaryStatus,
  TrainingJobStatus,
} from "@aws-sdk/client-sagemaker";

/** A training job as SageMaker describes it; what becomes of it is written into it. */
export type TrainingJob = Partial<DescribeTrainingJobResponse>;

/** What SageMaker says of each stage. */
const MESSAGES: Partial<Record<SecondaryStatus, string>> = {
  Starting: "Preparing the instances for training",
  Downloading: "Downloading input data",
  Training: "Training image download completed. Training in progress.",
  Uploading: "Uploading generated training model",
  Completed: "Training job completed",
  Failed: "Training job failed",
  Stopping: "Stopping the training job",
  Stopped: "Training job stopped",
  MaxRuntimeExceeded: "Training job runtime exceeded MaxRuntimeInSeconds provided",
};

const ENDED: ReadonlySet<unknown> = new Set<TrainingJobStatus>(["Completed", "Failed", "Stopped"]);

export function hasEnded({ TrainingJobStatus: status }: TrainingJob): boolean {
  return ENDED.has(status);
}

/** A job goes on to its next stage. */
export function enter(
  job: TrainingJob,
  stage: SecondaryStatus,
  status: TrainingJobStatus | undefined = job.TrainingJobStatus,
): void {
  const now = new Date();
  const transitions = (job.SecondaryStatusTransitions ??= []);
  const former = transitions.at(-1);
  if (former !== undefined) {
    former.EndTime = now;
  }
  const isLast = ENDED.has(status);
  transitions.push({
    ...{ Status: stage, StatusMessage: MESSAGES[stage], StartTime: now },
    ...(isLast && { EndTime: now }),
  });
  // Billed from the download on; one second at least, where anything has run.
  const { TrainingStartTime: start } = job;
  const seconds = start && Math.max(1, Math.round((now.getTime() - start.getTime()) / 1000));
  Object.assign(job, {
    ...{ SecondaryStatus: stage, TrainingJobStatus: status, LastModifiedTime: now },
    ...(isLast && {
      TrainingEndTime: now,
      TrainingTimeInSeconds: seconds ?? 0,
      BillableTimeInSeconds: seconds ?? 0,
    }),
  });
}
