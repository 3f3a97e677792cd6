import { randomBytes } from "node:crypto";

import type {
  CreateHyperParameterTuningJobRequest,
  ListTrainingJobsForHyperParameterTuningJobRequest,
} from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import type { Context } from "../context";
import { listPage } from "./listing";
import { jobKind, Store } from "./store";
import { hasEnded } from "./training-job";
import type { TrainingJobs } from "./training-jobs";
import { TuningJob, type Trial } from "./tuning-job";

const ORDER = { sortBy: "Name", sortOrder: "Ascending" } as const;
const KIND = jobKind("HyperParameterTuningJob", "ResourceNotFound", ORDER, [
  "HyperParameterTuningEndTime",
  "TrainingJobStatusCounters",
  "ObjectiveStatusCounters",
  "Strategy",
  "ResourceLimits",
]);

/** SageMaker's tuning jobs: a training job for each trial. */
export class TuningJobs extends Store<TuningJob> {
  constructor(
    private readonly context: Context,
    private readonly trainingJobs: TrainingJobs,
  ) {
    super(context.region, KIND);
  }

  createHyperParameterTuningJob(input: CreateHyperParameterTuningJobRequest): unknown {
    const description = this.describe(input);
    if (input.TrainingJobDefinition === undefined) {
      throw validationException("The sandbox tunes one algorithm: TrainingJobDefinition.");
    }
    const { ParameterRanges, HyperParameterTuningJobObjective: objective } =
      input.HyperParameterTuningJobConfig!;
    if (ParameterRanges === undefined || objective === undefined) {
      throw validationException(
        "HyperParameterTuningJobConfig needs ParameterRanges and HyperParameterTuningJobObjective.",
      );
    }
    const job = new TuningJob({
      ...description,
      HyperParameterTuningJobStatus: "InProgress",
      LastModifiedTime: new Date(),
    });
    void this.run(job);
    return this.add(job, input.Tags);
  }

  private async run(job: TuningJob): Promise<void> {
    const { state } = job;
    const limits = job.config.ResourceLimits!;
    const most = limits.MaxNumberOfTrainingJobs ?? 1;
    // One at a time: each knows of those before, and is another.
    let starting: Promise<Trial | undefined> = Promise.resolve(undefined);
    try {
      const work = async (): Promise<void> => {
        while (isGoing(job) && job.trials.length < most) {
          starting = starting.then(() => this.startTrial(job, most));
          const trial = await starting;
          await trial?.job.ended;
          state.LastModifiedTime = new Date();
        }
      };
      await Promise.all(Array.from({ length: limits.MaxParallelTrainingJobs! }, work));
      if (isGoing(job) && job.measured.length === 0) {
        throw new Error("All training jobs failed. See their FailureReason.");
      }
      state.HyperParameterTuningJobStatus = isGoing(job) ? "Completed" : "Stopped";
    } catch (error) {
      state.HyperParameterTuningJobStatus = "Failed";
      state.FailureReason = (error as Error).message;
    }
    state.HyperParameterTuningEndTime = new Date();
  }

  /** Undefined where there was nothing left to start by the time that it was known with what. */
  private async startTrial(job: TuningJob, most: number): Promise<Trial | undefined> {
    const { Strategy, ParameterRanges } = job.config;
    const parameters = await this.context.moto.ask<Record<string, string>>("suggest", {
      strategy: Strategy!,
      seed: job.trials.length,
      minimize: job.objective.Type === "Minimize",
      ranges: ParameterRanges,
      trials: job.trials.flatMap((trial) => {
        const value = hasEnded(trial.job.description) ? job.valueOf(trial) : null;
        return value === undefined ? [] : [{ parameters: trial.parameters, value }];
      }),
    });
    if (!isGoing(job) || job.trials.length >= most) {
      return undefined;
    }
    const definition = job.state.TrainingJobDefinition!;
    const number = String(job.trials.length + 1).padStart(3, "0");
    const { MetricDefinitions, TrainingImage, TrainingInputMode } =
      definition.AlgorithmSpecification!;
    const started = this.trainingJobs.start(
      {
        TrainingJobName: `${job.state.HyperParameterTuningJobName}-${number}-${randomBytes(4).toString("hex")}`,
        RoleArn: definition.RoleArn,
        AlgorithmSpecification: { MetricDefinitions, TrainingImage, TrainingInputMode },
        InputDataConfig: definition.InputDataConfig,
        OutputDataConfig: definition.OutputDataConfig,
        ResourceConfig: definition.ResourceConfig ?? {
          ...definition.HyperParameterTuningResourceConfig,
          VolumeSizeInGB: definition.HyperParameterTuningResourceConfig?.VolumeSizeInGB,
        },
        StoppingCondition: definition.StoppingCondition,
        Environment: definition.Environment,
        EnableManagedSpotTraining: definition.EnableManagedSpotTraining,
        HyperParameters: {
          ...definition.StaticHyperParameters,
          ...parameters,
          _tuning_objective_metric: job.objective.MetricName!,
        },
      },
      job.state.HyperParameterTuningJobArn,
    );
    const trial = { job: started, parameters };
    job.trials.push(trial);
    return trial;
  }

  stopHyperParameterTuningJob(input: { HyperParameterTuningJobName: string }): unknown {
    const job = this.require(input.HyperParameterTuningJobName);
    if (!isGoing(job)) {
      throw validationException(
        `The request was rejected because the hyperparameter tuning job is in status ${job.state.HyperParameterTuningJobStatus}.`,
      );
    }
    job.end();
    for (const trial of job.trials) {
      const { TrainingJobName, TrainingJobStatus } = trial.job.description;
      if (TrainingJobStatus === "InProgress") {
        this.trainingJobs.stopTrainingJob({ TrainingJobName: TrainingJobName! });
      }
    }
    return {};
  }

  listTrainingJobsForHyperParameterTuningJob(
    input: ListTrainingJobsForHyperParameterTuningJobRequest,
  ): unknown {
    const job = this.require(input.HyperParameterTuningJobName!);
    const trials = job.trials.map((trial) => job.summaryOf(trial));
    const { items, NextToken } = listPage(trials, "TrainingJob", { ...input }, KIND.defaults);
    return { TrainingJobSummaries: items, NextToken };
  }
}

function isGoing({ state }: TuningJob): boolean {
  return state.HyperParameterTuningJobStatus === "InProgress";
}
