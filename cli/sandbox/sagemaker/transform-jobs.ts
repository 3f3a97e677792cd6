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
export class TransformJobs extends Store<TransformRun> {
  constructor(
    private readonly context: Context,
    private readonly models: Models,
  ) {
    super(context.region, KIND);
  }

  createTransformJob(input: CreateTransformJobRequest): unknown {
    const description = this.describe(input);
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
    return this.add(run, input.Tags);
  }

  stopTransformJob({ TransformJobName }: { TransformJobName: string }): unknown {
    const run = this.require(TransformJobName);
    const { TransformJobStatus: status } = run.description;
    if (status !== "InProgress") {
      throw validationException(
        `The request was rejected because the transform job is in status ${status}.`,
      );
    }
    run.description.TransformJobStatus = "Stopping";
    void run.end();
    return {};
  }
}
