import type { CreateTrainingJobRequest, ListTrainingJobsRequest } from "@aws-sdk/client-sagemaker";

import { AwsError, validationException } from "../aws-error";
import { arnOf, type Context } from "./context";
import { listPage } from "./listing";
import type { Tags } from "./tags";
import { TrainingJob } from "./training-job";
import { TrainingRun } from "./training-run";

/** SageMaker's training jobs, which run the training scripts of this repository. */
export class TrainingJobs {
  private readonly jobs = new Map<string, TrainingJob>();
  private readonly runs = new Map<TrainingJob, TrainingRun>();

  constructor(
    private readonly context: Context,
    private readonly tags: Tags,
  ) {}

  createTrainingJob(input: CreateTrainingJobRequest): unknown {
    return { TrainingJobArn: this.start(input).arn };
  }

  /**
   * Starts a job.
   *
   * @param tuningJobArn of the tuning job whose trial it is
   */
  start(input: CreateTrainingJobRequest, tuningJobArn?: string): TrainingJob {
    const name = input.TrainingJobName!;
    if (this.jobs.has(name)) {
      throw new AwsError(
        "ResourceInUse",
        "Job name must be unique within an AWS account and region, and a job with this name already exists " +
          `(${arnOf(this.context, "training-job", name)}).`,
      );
    }
    const job = new TrainingJob(
      name,
      arnOf(this.context, "training-job", name),
      input,
      tuningJobArn,
    );
    const run = new TrainingRun(this.context, job);
    this.jobs.set(name, job);
    this.runs.set(job, run);
    this.tags.put(job.arn, input.Tags);
    void run.run().finally(() => this.runs.delete(job));
    return job;
  }

  describeTrainingJob({ TrainingJobName }: { TrainingJobName: string }): unknown {
    return this.require(TrainingJobName).describe();
  }

  stopTrainingJob({ TrainingJobName }: { TrainingJobName: string }): unknown {
    const job = this.require(TrainingJobName);
    if (job.hasEnded) {
      throw validationException(
        `The request was rejected because the training job is in status ${job.status}.`,
      );
    }
    job.enter("Stopping", "Stopping");
    this.runs.get(job)?.stop();
    return {};
  }

  listTrainingJobs(input: ListTrainingJobsRequest): unknown {
    const { items, NextToken } = listPage(
      this.jobs.values(),
      { ...input },
      { sortBy: "CreationTime", sortOrder: "Ascending", maxResults: 10 },
    );
    return { TrainingJobSummaries: items.map((job) => job.summary()), NextToken };
  }

  private require(name: string): TrainingJob {
    const job = this.jobs.get(name);
    if (job === undefined) {
      throw validationException("Requested resource not found.");
    }
    return job;
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    await Promise.all([...this.runs.values()].map((run) => run.end()));
  }
}
