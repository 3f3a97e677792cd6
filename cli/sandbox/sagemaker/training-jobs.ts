import type { CreateTrainingJobRequest, ListTrainingJobsRequest } from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import type { Context } from "../context";
import { jobKind, Store } from "./store";
import type { Tags } from "./tags";
import { TrainingJob } from "./training-job";
import { TrainingRun } from "./training-run";

/** SageMaker's training jobs, which run the training scripts of this repository. */
export class TrainingJobs {
  private readonly jobs: Store<TrainingJob>;
  private readonly runs = new Map<TrainingJob, TrainingRun>();

  constructor(
    private readonly context: Context,
    tags: Tags,
  ) {
    const kind = jobKind("training-job", "ValidationException", "CreationTime", "Ascending");
    this.jobs = new Store(context, tags, kind);
  }

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
    const job = new TrainingJob(name, this.jobs.newArn(name), input, tuningJobArn);
    const run = new TrainingRun(this.context, job);
    this.jobs.add(job, input.Tags);
    this.runs.set(job, run);
    void run.run().finally(() => this.runs.delete(job));
    return job;
  }

  describeTrainingJob({ TrainingJobName }: { TrainingJobName: string }): unknown {
    return this.jobs.require(TrainingJobName).describe();
  }

  stopTrainingJob({ TrainingJobName }: { TrainingJobName: string }): unknown {
    const job = this.jobs.require(TrainingJobName);
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
    return this.jobs.list(input, "TrainingJobSummaries", (job) => job.summary());
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    await Promise.all([...this.runs.values()].map((run) => run.end()));
  }
}
