import { hasLocalStorage } from "../../../packages/aws-facts/instance-types";
import { prefixes } from "../../prefixes";
import type { TrainingConfig } from "../../schema/training";
import { parameterRanges, tunedNames } from "./tuning-ranges";

/** What a job is made of beside its own settings; everything is known. */
export interface TrainingEnvironment {
  /** Address of the training image, with its digest. */
  readonly imageUri: string;
  /** ARN of the role that the job runs with. */
  readonly roleArn: string;
  /** The data bucket. */
  readonly bucketName: string;
  /** KMS key of the data bucket. Defaults to S3's own keys. */
  readonly kmsKeyArn?: string | undefined;
  /** Folder of what the job leaves for its next run, such as `kennel-dev/single`. */
  readonly folder: string;
  /** Tags of the jobs. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What train.py is asked for. */
type Hyperparameters = Readonly<Record<string, string>>;

const longestRun = 28 * 24 * 3600;

/** The metric that trials are compared by: train.py prints it after every epoch, and never sees the test split for it. */
const objective = "Validation Loss";

/** The figures that train.py prints, each as a metric of the job. */
const metricDefinitions = [
  "Training Loss",
  objective,
  "Validation Accuracy",
  "Testing Loss",
  "Testing Accuracy",
].map((name) => ({ Name: name, Regex: `${name}: ([0-9\\.]+)` }));

/**
 * The body of a CreateTrainingJob request, but for `TrainingJobName`, which every start has another one of.
 *
 * The model is written to `models/<TrainingJobName>/output/model.tar.gz` in the data bucket.
 */
export function trainingJobRequest(job: TrainingConfig, environment: TrainingEnvironment) {
  return {
    ...sharedRequest(job, environment),
    AlgorithmSpecification: algorithm(environment),
    HyperParameters: hyperparameters(job, environment),
    ResourceConfig: resources(job, job, environment),
    CheckpointConfig: job.spot ? checkpoints(environment) : undefined,
    Tags: tagList(environment),
  };
}

/**
 * The body of a CreateHyperParameterTuningJob request, but for `HyperParameterTuningJobName`.
 *
 * Trials train on one instance each, and take the photos' features from the shared cache once one of them has extracted them.
 * A hyperparameter that is tuned is not taken from the job's settings.
 *
 * @returns undefined for a job without tuning
 */
export function tuningJobRequest(job: TrainingConfig, environment: TrainingEnvironment) {
  const { tuning } = job;
  if (tuning === undefined) {
    return undefined;
  }
  const fixed = Object.entries(hyperparameters(job, environment)).filter(
    ([name]) => !tunedNames.has(name),
  );
  const trial = { instanceType: tuning.instanceType, instanceCount: 1 };
  return {
    HyperParameterTuningJobConfig: {
      Strategy: "Bayesian",
      HyperParameterTuningJobObjective: { Type: "Minimize", MetricName: objective },
      ResourceLimits: {
        MaxNumberOfTrainingJobs: tuning.jobs,
        MaxParallelTrainingJobs: tuning.parallelJobs,
      },
      ParameterRanges: parameterRanges,
      TrainingJobEarlyStoppingType: tuning.earlyStopping,
    },
    TrainingJobDefinition: {
      ...sharedRequest({ ...job, ...trial }, environment),
      AlgorithmSpecification: algorithm(environment),
      StaticHyperParameters: Object.fromEntries(fixed),
      // Without checkpoints: all trials would share one folder, and with cached features a trial is soon trained again.
      ResourceConfig: resources(trial, job, environment),
    },
    Tags: tagList(environment),
  };
}

/** What a training and a trial have in common. */
function sharedRequest(
  job: TrainingConfig,
  { roleArn, bucketName, kmsKeyArn }: TrainingEnvironment,
) {
  const longest = 60 * job.maximumMinutes;
  return {
    RoleArn: roleArn,
    InputDataConfig: [
      {
        ChannelName: "training",
        InputMode: "File",
        DataSource: {
          S3DataSource: {
            S3DataType: "S3Prefix",
            S3Uri: `s3://${bucketName}/${prefixes.data}`,
            // Instances share out the extraction themselves.
            S3DataDistributionType: "FullyReplicated",
          },
        },
      },
    ],
    OutputDataConfig: {
      S3OutputPath: `s3://${bucketName}/${prefixes.models}`,
      KmsKeyId: kmsKeyArn,
    },
    StoppingCondition: {
      MaxRuntimeInSeconds: longest,
      // Spare capacity is waited for as long again.
      MaxWaitTimeInSeconds: job.spot ? Math.min(2 * longest, longestRun) : undefined,
    },
    EnableManagedSpotTraining: job.spot,
    EnableInterContainerTrafficEncryption: job.instanceCount > 1,
    // It downloads ImageNet's weights and shares features through S3.
    EnableNetworkIsolation: false,
  };
}

function algorithm({ imageUri }: TrainingEnvironment) {
  return {
    TrainingImage: imageUri,
    TrainingInputMode: "File",
    MetricDefinitions: metricDefinitions,
  };
}

/** The job's settings by train.py's names, as the texts that SageMaker passes on. */
function hyperparameters(
  job: TrainingConfig,
  { bucketName }: TrainingEnvironment,
): Hyperparameters {
  const own = Object.entries(job.hyperparameters).map(
    ([name, value]) => [name.replaceAll("-", "_"), String(value)] as const,
  );
  return {
    // Beside the checkpoints, which SageMaker copies to S3: the features are there already.
    cache_dir: "/opt/ml/cache",
    cache_uri: `s3://${bucketName}/${prefixes.cache}features`,
    ...Object.fromEntries(own),
  };
}

function resources(
  { instanceType, instanceCount }: Pick<TrainingConfig, "instanceType" | "instanceCount">,
  { volumeSize }: TrainingConfig,
  { kmsKeyArn }: TrainingEnvironment,
) {
  return {
    InstanceType: instanceType,
    InstanceCount: instanceCount,
    VolumeSizeInGB: volumeSize,
    // Disks that belong to the instance are encrypted by it, and take no key.
    VolumeKmsKeyId: hasLocalStorage(instanceType) ? undefined : kmsKeyArn,
  };
}

function checkpoints({ bucketName, folder }: TrainingEnvironment) {
  return { S3Uri: `s3://${bucketName}/${prefixes.cache}checkpoints/${folder}/` };
}

function tagList({ tags }: TrainingEnvironment) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
