import type {
  CreateTransformJobRequest,
  ListTransformJobsRequest,
  TransformJobStatus,
} from "@aws-sdk/client-sagemaker";

import { AwsError, validationException } from "../aws-error";
import { arnOf, type Context } from "./context";
import { listPage } from "./listing";
import { containerOf, type Models } from "./models";
import type { Tags } from "./tags";
import { TransformRun } from "./transform-run";

/** A batch transform job: what was asked for, and what has become of it. */
interface TransformJob {
  readonly name: string;
  readonly arn: string;
  readonly input: CreateTransformJobRequest;
  readonly run: TransformRun;
  readonly creationTime: Date;
  status: TransformJobStatus;
  transformStartTime?: Date;
  transformEndTime?: Date;
  failureReason?: string | undefined;
}

const PROVISIONING_SECONDS = 180;

/** SageMaker's batch transform jobs, which the inference server answers. */
export class TransformJobs {
  private readonly jobs = new Map<string, TransformJob>();

  constructor(
    private readonly context: Context,
    private readonly models: Models,
    private readonly tags: Tags,
  ) {}

  createTransformJob(input: CreateTransformJobRequest): unknown {
    const name = input.TransformJobName!;
    const arn = arnOf(this.context, "transform-job", name);
    if (this.jobs.has(name)) {
      throw new AwsError(
        "ResourceInUse",
        `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn}).`,
      );
    }
    const {
      JoinSource = "None",
      InputFilter = "$",
      OutputFilter = "$",
    } = input.DataProcessing ?? {};
    if (JoinSource !== "None" || InputFilter !== "$" || OutputFilter !== "$") {
      throw validationException("The sandbox does not filter or join records: DataProcessing.");
    }
    const container = containerOf(this.models.requireModel(input.ModelName!).input);
    const run = new TransformRun(this.context, input, container);
    const creationTime = new Date();
    const job: TransformJob = { name, arn, input, run, creationTime, status: "InProgress" };
    this.jobs.set(name, job);
    this.tags.put(arn, input.Tags);
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
    job.transformEndTime = new Date();
  }

  describeTransformJob({ TransformJobName }: { TransformJobName: string }): unknown {
    const job = this.require(TransformJobName);
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
    const job = this.require(TransformJobName);
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
    const listed = [...this.jobs.values()].map((job) => ({
      ...job,
      lastModifiedTime: job.transformEndTime ?? job.creationTime,
    }));
    const { items, NextToken } = listPage(
      listed,
      { ...input },
      { sortBy: "CreationTime", sortOrder: "Descending", maxResults: 10 },
    );
    const TransformJobSummaries = items.map((job) => ({
      TransformJobName: job.name,
      TransformJobArn: job.arn,
      CreationTime: job.creationTime,
      TransformEndTime: job.transformEndTime,
      LastModifiedTime: job.lastModifiedTime,
      TransformJobStatus: job.status,
      FailureReason: job.failureReason,
    }));
    return { TransformJobSummaries, NextToken };
  }

  private require(name: string): TransformJob {
    const job = this.jobs.get(name);
    if (job === undefined) {
      throw new AwsError("ResourceNotFound", "Requested resource not found.");
    }
    return job;
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    await Promise.all([...this.jobs.values()].map(({ run }) => run.stop()));
  }
}
