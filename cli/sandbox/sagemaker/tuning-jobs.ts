import { randomBytes } from "node:crypto";

import type {
  CreateHyperParameterTuningJobRequest,
  ListHyperParameterTuningJobsRequest,
  ListTrainingJobsForHyperParameterTuningJobRequest,
} from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import type { Context } from "../context";
import { listPage } from "./listing";
import { jobKind, Store } from "./store";
import type { Tags } from "./tags";
import type { TrainingJobs } from "./training-jobs";
import { TuningJob, type Trial } from "./tuning-job";

const KIND = jobKind("hyper-parameter-tuning-job", "ResourceNotFound", "Name", "Ascending");

/** SageMaker's tuning jobs: a training job for each trial. */
export class TuningJobs {
  private readonly jobs: Store<TuningJob>;

  constructor(
    private readonly context: Context,
    tags: Tags,
    private readonly trainingJobs: TrainingJobs,
  ) {
    this.jobs = new Store(context, tags, KIND);
  }

  createHyperParameterTuningJob(input: CreateHyperParameterTuningJobRequest): unknown {
    const name = input.HyperParameterTuningJobName!;
    const arn = this.jobs.newArn(name);
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
    const job = new TuningJob(name, arn, input);
    this.jobs.add(job, input.Tags);
    void this.run(job);
    return { HyperParameterTuningJobArn: arn };
  }

  private async run(job: TuningJob): Promise<void> {
    const limits = job.input.HyperParameterTuningJobConfig!.ResourceLimits!;
    const most = limits.MaxNumberOfTrainingJobs ?? 1;
    // One at a time: each knows of those before, and is another.
    let starting: Promise<Trial | undefined> = Promise.resolve(undefined);
    try {
      const work = async (): Promise<void> => {
        while (job.status === "InProgress" && job.trials.length < most) {
          starting = starting.then(() => this.startTrial(job, most));
          const trial = await starting;
          await trial?.job.ended;
          job.lastModifiedTime = new Date();
        }
      };
      await Promise.all(Array.from({ length: limits.MaxParallelTrainingJobs! }, work));
      const isStopped = job.status === "Stopping";
      const isFailed = !isStopped && job.best === undefined;
      job.status = isStopped ? "Stopped" : isFailed ? "Failed" : "Completed";
      if (isFailed) {
        job.failureReason = "All training jobs failed. See their FailureReason.";
      }
    } catch (error) {
      job.status = "Failed";
      job.failureReason = (error as Error).message;
    }
    job.endTime = new Date();
  }

  /** Undefined where there was nothing left to start by the time that it was known with what. */
  private async startTrial(job: TuningJob, most: number): Promise<Trial | undefined> {
    const { Strategy, ParameterRanges } = job.input.HyperParameterTuningJobConfig!;
    const parameters = await this.context.moto.suggest({
      strategy: Strategy!,
      seed: job.trials.length,
      minimize: job.objective.Type === "Minimize",
      ranges: ParameterRanges,
      trials: job.trials
        .filter((trial) => !trial.job.hasEnded || job.valueOf(trial) !== undefined)
        .map((trial) => ({
          parameters: trial.parameters,
          value: trial.job.hasEnded ? job.valueOf(trial)! : null,
        })),
    });
    if (job.status !== "InProgress" || job.trials.length >= most) {
      return undefined;
    }
    const definition = job.input.TrainingJobDefinition!;
    const number = String(job.trials.length + 1).padStart(3, "0");
    const { MetricDefinitions, TrainingImage, TrainingInputMode } =
      definition.AlgorithmSpecification!;
    const started = this.trainingJobs.start(
      {
        TrainingJobName: `${job.name}-${number}-${randomBytes(4).toString("hex")}`,
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
      job.arn,
    );
    const trial = { job: started, parameters };
    job.trials.push(trial);
    return trial;
  }

  describeHyperParameterTuningJob(input: { HyperParameterTuningJobName: string }): unknown {
    return this.jobs.require(input.HyperParameterTuningJobName).describe();
  }

  stopHyperParameterTuningJob(input: { HyperParameterTuningJobName: string }): unknown {
    const job = this.jobs.require(input.HyperParameterTuningJobName);
    if (job.status !== "InProgress") {
      throw validationException(
        `The request was rejected because the hyperparameter tuning job is in status ${job.status}.`,
      );
    }
    job.status = "Stopping";
    for (const trial of job.trials.filter((each) => each.job.status === "InProgress")) {
      this.trainingJobs.stopTrainingJob({ TrainingJobName: trial.job.name });
    }
    return {};
  }

  listHyperParameterTuningJobs(input: ListHyperParameterTuningJobsRequest): unknown {
    return this.jobs.list(input, "HyperParameterTuningJobSummaries", (job) => job.summary());
  }

  listTrainingJobsForHyperParameterTuningJob(
    input: ListTrainingJobsForHyperParameterTuningJobRequest,
  ): unknown {
    const job = this.jobs.require(input.HyperParameterTuningJobName!);
    const listed = job.trials.map((trial) => ({
      trial,
      name: trial.job.name,
      status: trial.job.status,
      creationTime: trial.job.creationTime,
      value: job.valueOf(trial),
    }));
    const { items, NextToken } = listPage(listed, { ...input }, KIND.defaults);
    return {
      TrainingJobSummaries: items.map(({ trial }) => job.trialSummary(trial)),
      NextToken,
    };
  }

  /** Starts no more trials; those that run are the training jobs' to end. */
  stop(): void {
    for (const job of this.jobs.all) {
      job.status = "Stopping";
    }
  }
}
