import {
  type HyperParameterTrainingJobSummary,
  paginateListTrainingJobsForHyperParameterTuningJob,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";

/** One training of a tuning job. */
export interface Trial {
  readonly name: string;
  readonly status: string;
  /** The objective's last value; undefined until the trial has one. */
  readonly objective?: number | undefined;
  /** The hyperparameters that are searched, as SageMaker passed them. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** From its start to its end, or until now; undefined until it starts. */
  readonly seconds?: number | undefined;
}

/** A tuning job's trials, the best first; those without a value follow in the order of their start. */
export async function listTrials(
  client: SageMakerClient,
  tuning: string,
  now: Date = new Date(),
): Promise<Trial[]> {
  const trials: Trial[] = [];
  const pages = paginateListTrainingJobsForHyperParameterTuningJob(
    { client, pageSize: 100 },
    { HyperParameterTuningJobName: tuning, SortBy: "CreationTime", SortOrder: "Ascending" },
  );
  for await (const { TrainingJobSummaries = [] } of pages) {
    trials.push(...TrainingJobSummaries.map((each) => trialOf(each, now)));
  }
  return trials.sort(
    (left, right) => (left.objective ?? Infinity) - (right.objective ?? Infinity) || 0,
  );
}

/** The completed trial with the lowest objective; the stacks' searches minimise the validation loss. */
export function bestTrial(trials: readonly Trial[]): Trial | undefined {
  return trials.find(({ objective, status }) => objective !== undefined && status !== "Failed");
}

function trialOf(summary: HyperParameterTrainingJobSummary, now: Date): Trial {
  const { TrainingStartTime: started, TrainingEndTime: ended = now } = summary;
  return {
    name: summary.TrainingJobName!,
    status: summary.TrainingJobStatus!,
    objective: summary.FinalHyperParameterTuningJobObjectiveMetric?.Value,
    hyperparameters: summary.TunedHyperParameters ?? {},
    seconds:
      started === undefined ? undefined : Math.max(0, (ended.getTime() - started.getTime()) / 1000),
  };
}
