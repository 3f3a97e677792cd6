import type {
  DescribeHyperParameterTuningJobResponse,
  HyperParameterTuningJobConfig,
  HyperParameterTuningJobObjective,
} from "@aws-sdk/client-sagemaker";

import { hasEnded } from "./training-job";
import type { TrainingRun } from "./training-run";

/** A training job of a tuning job. */
export interface Trial {
  readonly job: TrainingRun;
  readonly parameters: Record<string, string>;
}

/** A tuning job with its trials. */
export class TuningJob {
  readonly trials: Trial[] = [];

  constructor(
    /** What of its description does not follow from the trials; what becomes of the job is written into it. */
    readonly state: Partial<DescribeHyperParameterTuningJobResponse>,
  ) {}

  /** Starts no more trials; those that run are the training jobs' to end. */
  end(): void {
    this.state.HyperParameterTuningJobStatus = "Stopping";
  }

  get config(): HyperParameterTuningJobConfig {
    return this.state.HyperParameterTuningJobConfig!;
  }

  get objective(): HyperParameterTuningJobObjective {
    return this.config.HyperParameterTuningJobObjective!;
  }

  /** A trial's last value of the objective; undefined before the first. */
  valueOf({ job }: Trial): number | undefined {
    const { FinalMetricDataList = [] } = job.description;
    return FinalMetricDataList.find(({ MetricName }) => MetricName === this.objective.MetricName)
      ?.Value;
  }

  /** The completed trials with a value, the best first. */
  get measured(): Trial[] {
    const sign = this.objective.Type === "Minimize" ? 1 : -1;
    return this.trials
      .filter((trial) => this.summaryOf(trial)["ObjectiveStatus"] === "Succeeded")
      .sort((left, right) => sign * (this.valueOf(left)! - this.valueOf(right)!));
  }

  get description(): object {
    const statuses = this.trials.map(({ job }) => job.description.TrainingJobStatus!);
    const count = (...states: string[]) => statuses.filter((each) => states.includes(each)).length;
    const { measured } = this;
    const [best] = measured;
    const running = count("InProgress", "Stopping");
    return {
      ...this.state,
      ...(best && { BestTrainingJob: this.summaryOf(best) }),
      TrainingJobStatusCounters: {
        Completed: count("Completed"),
        InProgress: running,
        RetryableError: 0,
        NonRetryableError: count("Failed"),
        Stopped: count("Stopped"),
      },
      ObjectiveStatusCounters: {
        Succeeded: measured.length,
        Pending: running,
        Failed: this.trials.length - measured.length - running,
      },
    };
  }

  get summary(): object {
    const { Strategy, ResourceLimits } = this.config;
    return { Strategy, ResourceLimits };
  }

  /** What is said of a trial. */
  summaryOf(trial: Trial): Record<string, unknown> {
    const { description: job } = trial.job;
    const Value = this.valueOf(trial);
    const { MetricName, Type } = this.objective;
    const isMeasured = job.TrainingJobStatus === "Completed" && Value !== undefined;
    return {
      TrainingJobName: job.TrainingJobName,
      TrainingJobArn: job.TrainingJobArn,
      CreationTime: job.CreationTime,
      TrainingStartTime: job.TrainingStartTime,
      TrainingEndTime: job.TrainingEndTime,
      TrainingJobStatus: job.TrainingJobStatus,
      TunedHyperParameters: trial.parameters,
      FailureReason: job.FailureReason,
      ...(Value !== undefined && {
        FinalHyperParameterTuningJobObjectiveMetric: { Type, MetricName, Value },
      }),
      ObjectiveStatus: !hasEnded(job) ? "Pending" : isMeasured ? "Succeeded" : "Failed",
    };
  }
}
