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
export class TrainingJobs extends Store<TrainingRun> {
  constructor(private readonly context: Context) {
    super(context.region, KIND);
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
      ...this.describe(input),
      ...(TuningJobArn !== undefined && { TuningJobArn }),
    });
    this.add(run, input.Tags);
    return run;
  }

  stopTrainingJob({ TrainingJobName }: { TrainingJobName: string }): unknown {
    const run = this.require(TrainingJobName);
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
}
