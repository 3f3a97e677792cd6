import type { CreateTransformJobRequest } from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import type { Context } from "../context";
import type { Models } from "./models";
import { jobKind, Store } from "./store";
import { TransformRun } from "./transform-run";

const KIND = jobKind(
  "TransformJob",
  "ResourceNotFound",
  { sortBy: "CreationTime", sortOrder: "Descending" },
  ["TransformEndTime", "FailureReason"],
);

/** SageMaker's batch transform jobs, which the inference server answers. */
export class TransformJobs {
  private readonly jobs: Store<TransformRun>;
  readonly stores;

  constructor(
    private readonly context: Context,
    private readonly models: Models,
  ) {
    this.jobs = new Store(context.region, KIND);
    this.stores = [this.jobs];
  }

  createTransformJob(input: CreateTransformJobRequest): unknown {
    const description = this.jobs.describe(input);
    const {
      JoinSource = "None",
      InputFilter = "$",
      OutputFilter = "$",
    } = input.DataProcessing ?? {};
    if (JoinSource !== "None" || InputFilter !== "$" || OutputFilter !== "$") {
      throw validationException("The sandbox does not filter or join records: DataProcessing.");
    }
    const container = this.models.container(input.ModelName!);
    const run = new TransformRun(this.context, description, container);
    void run.run();
    return this.jobs.add(run, input.Tags);
  }

  stopTransformJob({ TransformJobName }: { TransformJobName: string }): unknown {
    const run = this.jobs.require(TransformJobName);
    const { TransformJobStatus: status } = run.description;
    if (status !== "InProgress") {
      throw validationException(
        `The request was rejected because the transform job is in status ${status}.`,
      );
    }
    run.description.TransformJobStatus = "Stopping";
    void run.stop();
    return {};
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    await Promise.all(this.jobs.all.map((run) => run.stop()));
  }
}
