import type {
  CreateHyperParameterTuningJobRequest,
  HyperParameterTuningJobObjective,
  HyperParameterTuningJobStatus,
} from "@aws-sdk/client-sagemaker";

import type { TrainingJob } from "./training-job";

/** A training job of a tuning job. */
export interface Trial {
  readonly job: TrainingJob;
  readonly parameters: Record<string, string>;
}

/** A tuning job: what was asked for, and what has become of it. */
export class TuningJob {
  readonly creationTime = new Date();
  lastModifiedTime = this.creationTime;
  endTime?: Date;
  status: HyperParameterTuningJobStatus = "InProgress";
  failureReason?: string | undefined;
  readonly trials: Trial[] = [];

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly input: CreateHyperParameterTuningJobRequest,
  ) {}

  get objective(): HyperParameterTuningJobObjective {
    return this.input.HyperParameterTuningJobConfig!.HyperParameterTuningJobObjective!;
  }

  /** A trial's last value of the objective; undefined before the first. */
  valueOf({ job }: Trial): number | undefined {
    return job.metrics.get(this.objective.MetricName!)?.Value;
  }

  get best(): Trial | undefined {
    const sign = this.objective.Type === "Minimize" ? 1 : -1;
    return this.trials
      .filter((trial) => trial.job.status === "Completed" && this.valueOf(trial) !== undefined)
      .sort((left, right) => sign * (this.valueOf(left)! - this.valueOf(right)!))[0];
  }

  /** What DescribeHyperParameterTuningJob says. */
  describe(): unknown {
    const { best } = this;
    return {
      ...this.input,
      Tags: undefined,
      ...this.summary(),
      ...(best && { BestTrainingJob: this.trialSummary(best) }),
      FailureReason: this.failureReason,
    };
  }

  /** What the list says. */
  summary(): Record<string, unknown> {
    const config = this.input.HyperParameterTuningJobConfig!;
    const count = (...states: string[]) =>
      this.trials.filter(({ job }) => states.includes(job.status)).length;
    const measured = this.trials.filter(
      (trial) => trial.job.status === "Completed" && this.valueOf(trial) !== undefined,
    ).length;
    const running = count("InProgress", "Stopping");
    return {
      HyperParameterTuningJobName: this.name,
      HyperParameterTuningJobArn: this.arn,
      HyperParameterTuningJobStatus: this.status,
      Strategy: config.Strategy,
      CreationTime: this.creationTime,
      HyperParameterTuningEndTime: this.endTime,
      LastModifiedTime: this.lastModifiedTime,
      ResourceLimits: config.ResourceLimits,
      TrainingJobStatusCounters: {
        Completed: count("Completed"),
        InProgress: running,
        RetryableError: 0,
        NonRetryableError: count("Failed"),
        Stopped: count("Stopped"),
      },
      ObjectiveStatusCounters: {
        Succeeded: measured,
        Pending: running,
        Failed: this.trials.length - measured - running,
      },
    };
  }

  /** What is said of a trial. */
  trialSummary(trial: Trial): Record<string, unknown> {
    const { job, parameters } = trial;
    const Value = this.valueOf(trial);
    const { MetricName, Type } = this.objective;
    return {
      TrainingJobName: job.name,
      TrainingJobArn: job.arn,
      CreationTime: job.creationTime,
      TrainingStartTime: job.trainingStartTime,
      TrainingEndTime: job.trainingEndTime,
      TrainingJobStatus: job.status,
      TunedHyperParameters: parameters,
      FailureReason: job.failureReason,
      ...(Value !== undefined && {
        FinalHyperParameterTuningJobObjectiveMetric: { Type, MetricName, Value },
      }),
      ObjectiveStatus: !job.hasEnded
        ? "Pending"
        : job.status === "Completed" && Value !== undefined
          ? "Succeeded"
          : "Failed",
    };
  }
}
