import type {
  CreateTrainingJobRequest,
  MetricData,
  SecondaryStatus,
  SecondaryStatusTransition,
  TrainingJobStatus,
} from "@aws-sdk/client-sagemaker";

/** What SageMaker says of each stage. */
const MESSAGES: Partial<Record<SecondaryStatus, string>> = {
  Starting: "Preparing the instances for training",
  Downloading: "Downloading input data",
  Training: "Training image download completed. Training in progress.",
  Uploading: "Uploading generated training model",
  Completed: "Training job completed",
  Failed: "Training job failed",
  Stopping: "Stopping the training job",
  Stopped: "Training job stopped",
  MaxRuntimeExceeded: "Training job runtime exceeded MaxRuntimeInSeconds provided",
};

const ENDED: ReadonlySet<string> = new Set(["Completed", "Failed", "Stopped"]);

/** A training job: what was asked for, and what has become of it. */
export class TrainingJob {
  readonly creationTime = new Date();
  lastModifiedTime = this.creationTime;
  status: TrainingJobStatus = "InProgress";
  readonly transitions: SecondaryStatusTransition[] = [];
  trainingStartTime?: Date;
  trainingEndTime?: Date;
  failureReason?: string;
  artifacts?: string;
  /** By name: the last value that the log said. */
  readonly metrics = new Map<string, MetricData>();
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  private end!: () => void;

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly input: CreateTrainingJobRequest,
    /** Of the tuning job whose trial it is. */
    readonly tuningJobArn?: string,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    this.enter("Starting");
  }

  get hasEnded(): boolean {
    return ENDED.has(this.status);
  }

  get secondaryStatus(): SecondaryStatus {
    return this.transitions.at(-1)!.Status!;
  }

  /** Goes on to the next stage. */
  enter(stage: SecondaryStatus, status: TrainingJobStatus = this.status): void {
    const now = new Date();
    const former = this.transitions.at(-1);
    if (former !== undefined) {
      former.EndTime = now;
    }
    this.transitions.push({ Status: stage, StartTime: now, StatusMessage: MESSAGES[stage] });
    this.lastModifiedTime = now;
    this.status = status;
    if (this.hasEnded) {
      this.trainingEndTime = now;
      this.transitions.at(-1)!.EndTime = now;
      this.end();
    }
  }

  /** What DescribeTrainingJob says. */
  describe(): unknown {
    const seconds = this.billableSeconds;
    const FinalMetricDataList = [...this.metrics.values()];
    return {
      EnableNetworkIsolation: false,
      EnableInterContainerTrafficEncryption: false,
      EnableManagedSpotTraining: false,
      ...this.input,
      Tags: undefined,
      TrainingStartTime: this.trainingStartTime,
      TrainingEndTime: this.trainingEndTime,
      TrainingJobArn: this.arn,
      TuningJobArn: this.tuningJobArn,
      TrainingJobStatus: this.status,
      SecondaryStatus: this.secondaryStatus,
      SecondaryStatusTransitions: this.transitions,
      FailureReason: this.failureReason,
      CreationTime: this.creationTime,
      LastModifiedTime: this.lastModifiedTime,
      ...(this.artifacts && { ModelArtifacts: { S3ModelArtifacts: this.artifacts } }),
      ...(FinalMetricDataList.length > 0 && { FinalMetricDataList }),
      ...(this.hasEnded && { TrainingTimeInSeconds: seconds, BillableTimeInSeconds: seconds }),
    };
  }

  /** What the lists say. */
  summary(): Record<string, unknown> {
    return {
      TrainingJobName: this.name,
      TrainingJobArn: this.arn,
      CreationTime: this.creationTime,
      TrainingEndTime: this.trainingEndTime,
      LastModifiedTime: this.lastModifiedTime,
      TrainingJobStatus: this.status,
      SecondaryStatus: this.secondaryStatus,
    };
  }

  /** From the download on; one second at least, where anything has run. */
  get billableSeconds(): number {
    const { trainingStartTime: start, trainingEndTime: end = new Date() } = this;
    return start === undefined
      ? 0
      : Math.max(1, Math.round((end.getTime() - start.getTime()) / 1000));
  }
}
