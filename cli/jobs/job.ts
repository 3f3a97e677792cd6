import {
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";

import { UserError } from "../output/failure";
import { TRAINING_VARIABLE } from "./job-requests";

/** A training or a tuning job as SageMaker describes it. */
export interface Job {
  readonly kind: "training" | "tuning";
  readonly name: string;
  /** SageMaker's status, such as `InProgress`. */
  readonly status: string;
  /** What a training does now, such as `Downloading`. */
  readonly phase?: string | undefined;
  /** Why it failed. */
  readonly failure?: string | undefined;
  /** The key under `kennel:training` that it was started from; undefined where somebody else has started it. */
  readonly training?: string | undefined;
  readonly created?: Date | undefined;
  readonly ended?: Date | undefined;
  readonly instanceType: string;
  readonly instanceCount: number;
  /** Seconds that each instance is billed for; undefined until it ends. */
  readonly billedSeconds?: number | undefined;
  /** The last value of each metric by its name, such as `Testing Accuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** `s3://…/model.tar.gz`, once it is there. */
  readonly modelUri?: string | undefined;
  /** Where its models go. */
  readonly outputUri: string;
  /** Of a tuning job: trials by their state, such as `Completed`. */
  readonly trials?: Readonly<Record<string, number>>;
  /** Whether a tuning job has started it. */
  readonly isTrial: boolean;
}

const ENDED = new Set(["Completed", "Failed", "Stopped"]);

/** Whether a job of this status changes no more. */
export function hasEnded({ status }: Pick<Job, "status">): boolean {
  return ENDED.has(status);
}

/**
 * A job by its name, of either kind.
 *
 * @throws UserError where there is none.
 */
export async function describeJob(client: SageMakerClient, name: string): Promise<Job> {
  const found =
    (await unlessMissing(describeTraining(client, name))) ??
    (await unlessMissing(describeTuning(client, name)));
  if (found === undefined) {
    throw new UserError(`there is no job "${name}": kennel jobs lists those of the stack.`);
  }
  return found;
}

/** A training job as it is now. */
export async function describeTraining(client: SageMakerClient, name: string): Promise<Job> {
  const described = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
  const metrics = described.FinalMetricDataList ?? [];
  return {
    kind: "training",
    name: described.TrainingJobName!,
    status: described.TrainingJobStatus!,
    phase: described.SecondaryStatus,
    failure: described.FailureReason,
    training: described.Environment?.[TRAINING_VARIABLE],
    created: described.CreationTime,
    ended: described.TrainingEndTime,
    instanceType: described.ResourceConfig?.InstanceType ?? "",
    instanceCount: described.ResourceConfig?.InstanceCount ?? 1,
    billedSeconds: described.BillableTimeInSeconds,
    metrics: Object.fromEntries(metrics.map(({ MetricName, Value }) => [MetricName!, Value!])),
    modelUri: described.ModelArtifacts?.S3ModelArtifacts,
    outputUri: described.OutputDataConfig?.S3OutputPath ?? "",
    isTrial: described.TuningJobArn !== undefined,
  };
}

/** A tuning job as it is now, without its trials. */
export async function describeTuning(client: SageMakerClient, name: string): Promise<Job> {
  const described = await client.send(
    new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }),
  );
  const trial = described.TrainingJobDefinition;
  const objective = described.BestTrainingJob?.FinalHyperParameterTuningJobObjectiveMetric;
  const { Completed, InProgress, RetryableError, NonRetryableError, Stopped } =
    described.TrainingJobStatusCounters ?? {};
  return {
    kind: "tuning",
    name: described.HyperParameterTuningJobName!,
    status: described.HyperParameterTuningJobStatus!,
    failure: described.FailureReason,
    training: trial?.Environment?.[TRAINING_VARIABLE],
    created: described.CreationTime,
    ended: described.HyperParameterTuningEndTime,
    instanceType: trial?.ResourceConfig?.InstanceType ?? "",
    instanceCount: trial?.ResourceConfig?.InstanceCount ?? 1,
    metrics: objective?.MetricName ? { [objective.MetricName]: objective.Value! } : {},
    outputUri: trial?.OutputDataConfig?.S3OutputPath ?? "",
    trials: {
      Completed: Completed ?? 0,
      InProgress: InProgress ?? 0,
      Failed: (RetryableError ?? 0) + (NonRetryableError ?? 0),
      Stopped: Stopped ?? 0,
    },
    isTrial: false,
  };
}

/** SageMaker says `ValidationException: Requested resource not found.`, or ResourceNotFound. */
async function unlessMissing(asked: Promise<Job>): Promise<Job | undefined> {
  try {
    return await asked;
  } catch (error) {
    const { name, message } = error as Error;
    if (name.startsWith("ResourceNotFound") || /not found|could not find/i.test(message)) {
      return undefined;
    }
    throw error;
  }
}
