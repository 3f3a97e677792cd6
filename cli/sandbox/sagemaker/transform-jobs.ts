import type {
  CreateTransformJobRequest,
  ListTransformJobsRequest,
  TransformJobStatus,
} from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import type { Context } from "../context";
import type { Models } from "./models";
import { jobKind, Store, type Stored } from "./store";
import type { Tags } from "./tags";
import { TransformRun } from "./transform-run";

/** A batch transform job: what was asked for, and what has become of it. */
interface TransformJob extends Stored {
  readonly input: CreateTransformJobRequest;
  readonly run: TransformRun;
  lastModifiedTime: Date;
  status: TransformJobStatus;
  transformStartTime?: Date;
  transformEndTime?: Date;
  failureReason?: string | undefined;
}

const PROVISIONING_SECONDS = 180;

/** SageMaker's batch transform jobs, which the inference server answers. */
export class TransformJobs {
  private readonly jobs: Store<TransformJob>;

  constructor(
    private readonly context: Context,
    private readonly models: Models,
    tags: Tags,
  ) {
    const kind = jobKind("transform-job", "ResourceNotFound", "CreationTime", "Descending");
    this.jobs = new Store(context, tags, kind);
  }

  createTransformJob(input: CreateTransformJobRequest): unknown {
    const name = input.TransformJobName!;
    const arn = this.jobs.newArn(name);
    const {
      JoinSource = "None",
      InputFilter = "$",
      OutputFilter = "$",
    } = input.DataProcessing ?? {};
    if (JoinSource !== "None" || InputFilter !== "$" || OutputFilter !== "$") {
      throw validationException("The sandbox does not filter or join records: DataProcessing.");
    }
    const run = new TransformRun(this.context, input, this.models.container(input.ModelName!));
    const now = new Date();
    const times = { creationTime: now, lastModifiedTime: now };
    const job: TransformJob = { name, arn, input, run, ...times, status: "InProgress" };
    this.jobs.add(job, input.Tags);
    void this.work(job);
    return { TransformJobArn: arn };
  }

  private async work(job: TransformJob): Promise<void> {
    await this.context.clock.sleep(PROVISIONING_SECONDS);
    job.transformStartTime = new Date();
    try {
      await job.run.run();
      job.status = job.run.isStopped ? "Stopped" : "Completed";
    } catch (error) {
      job.status = job.run.isStopped ? "Stopped" : "Failed";
      job.failureReason = job.run.isStopped ? undefined : (error as Error).message;
    }
    job.transformEndTime = job.lastModifiedTime = new Date();
  }

  describeTransformJob({ TransformJobName }: { TransformJobName: string }): unknown {
    const job = this.jobs.require(TransformJobName);
    return {
      ...job.input,
      Tags: undefined,
      TransformJobArn: job.arn,
      TransformJobStatus: job.status,
      FailureReason: job.failureReason,
      CreationTime: job.creationTime,
      TransformStartTime: job.transformStartTime,
      TransformEndTime: job.transformEndTime,
    };
  }

  stopTransformJob({ TransformJobName }: { TransformJobName: string }): unknown {
    const job = this.jobs.require(TransformJobName);
    if (job.status !== "InProgress") {
      throw validationException(
        `The request was rejected because the transform job is in status ${job.status}.`,
      );
    }
    job.status = "Stopping";
    void job.run.stop();
    return {};
  }

  listTransformJobs(input: ListTransformJobsRequest): unknown {
    return this.jobs.list(input, "TransformJobSummaries", (job) => ({
      TransformJobName: job.name,
      TransformJobArn: job.arn,
      CreationTime: job.creationTime,
      TransformEndTime: job.transformEndTime,
      LastModifiedTime: job.lastModifiedTime,
      TransformJobStatus: job.status,
      FailureReason: job.failureReason,
    }));
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    await Promise.all(this.jobs.all.map(({ run }) => run.stop()));
  }
}
