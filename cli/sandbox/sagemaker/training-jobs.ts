import type { CreateTrainingJobRequest } from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import type { Context } from "../context";
import { jobKind, Store } from "./store";
import { enter, hasEnded } from "./training-job";
import { TrainingRun } from "./training-run";

const KIND = jobKind(
  "TrainingJob",
  "ValidationException",
  { sortBy: "CreationTime", sortOrder: "Ascending" },
  ["TrainingEndTime", "SecondaryStatus"],
);

/** SageMaker's training jobs, which run the training scripts of this repository. */
export class TrainingJobs {
  private readonly jobs: Store<TrainingRun>;
  readonly stores;

  constructor(private readonly context: Context) {
    this.jobs = new Store(context.region, KIND);
    this.stores = [this.jobs];
  }

  createTrainingJob(input: CreateTrainingJobRequest): unknown {
    return { TrainingJobArn: this.start(input).description.TrainingJobArn };
  }

  /**
   * Starts a job.
   *
   * @param TuningJobArn of the tuning job whose trial it is
   */
  start(input: CreateTrainingJobRequest, TuningJobArn?: string): TrainingRun {
    const run = new TrainingRun(this.context, {
      EnableNetworkIsolation: false,
      EnableInterContainerTrafficEncryption: false,
      EnableManagedSpotTraining: false,
      ...this.jobs.describe(input),
      ...(TuningJobArn !== undefined && { TuningJobArn }),
    });
    this.jobs.add(run, input.Tags);
    return run;
  }

  stopTrainingJob({ TrainingJobName }: { TrainingJobName: string }): unknown {
    const run = this.jobs.require(TrainingJobName);
    const { description } = run;
    if (hasEnded(description)) {
      throw validationException(
        `The request was rejected because the training job is in status ${description.TrainingJobStatus}.`,
      );
    }
    enter(description, "Stopping", "Stopping");
    run.stop();
    return {};
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    await Promise.all(this.jobs.all.map((run) => run.end()));
  }
}
