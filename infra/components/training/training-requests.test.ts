import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { PYTHON } from "../../../scripts/python-environment";
import { projectRoot } from "../../project-root";
import { trainingSchema, type TrainingConfig } from "../../schema/training";
import { validConfig } from "../../testing/arbitrary-config";
import type { Violation } from "../../offline/service-models/resource-requests";
import { validateRequests } from "../../testing/validate-requests";
import {
  trainingJobRequest,
  tuningJobRequest,
  type TrainingEnvironment,
} from "./training-requests";

const environment: TrainingEnvironment = {
  imageUri: "123456789012.dkr.ecr.us-east-1.amazonaws.com/kennel-dev/training@sha256:0",
  roleArn: "arn:aws:iam::123456789012:role/training",
  bucketName: "team-data",
  kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  folder: "kennel-dev/main",
  tags: { Project: "kennel", "Cost center": "dogs" },
};

/** Jobs as the systems have them. */
const single = trainingSchema.parse({
  instanceType: "ml.m5.2xlarge",
  hyperparameters: { "batch-size": 32, learning_rate: 0.00834, backbone: "resnet18" },
  tuning: { instanceType: "ml.m5.xlarge", jobs: 12, parallelJobs: 3 },
});
const multi = trainingSchema.parse({
  instanceType: "ml.m5.2xlarge",
  instanceCount: 4,
  spot: true,
  hyperparameters: { backend: "gloo" },
});

async function violations(jobs: readonly TrainingConfig[]): Promise<Violation[]> {
  const requests = jobs.flatMap((job) => [
    {
      service: "sagemaker",
      operation: "CreateTrainingJob",
      request: { TrainingJobName: "main-1", ...trainingJobRequest(job, environment) },
    },
    ...(job.tuning === undefined
      ? []
      : [
          {
            service: "sagemaker",
            operation: "CreateHyperParameterTuningJob",
            request: {
              HyperParameterTuningJobName: "main-1",
              ...tuningJobRequest(job, environment),
            },
          },
        ]),
  ]);
  return (await validateRequests(requests)).flat();
}

describe("trainingJobRequest", () => {
  it("is valid for every valid job", async () => {
    const jobs = fc
      .sample(validConfig, 100)
      .flatMap(({ training = {} }) => Object.values(training as object) as unknown[]);
    assert.ok(jobs.length > 10);
    assert.deepEqual(await violations(jobs.map((job) => trainingSchema.parse(job))), []);
  });

  it("passes hyperparameters as train.py spells them, and where features are shared", () => {
    assert.deepEqual(trainingJobRequest(single, environment).HyperParameters, {
      cache_dir: "/opt/ml/cache",
      cache_uri: "s3://team-data/cache/features",
      batch_size: "32",
      learning_rate: "0.00834",
      backbone: "resnet18",
    });
  });

  it("gives every one of several instances all photos, and encrypts what they tell each other", () => {
    const request = trainingJobRequest(multi, environment);
    assert.equal(request.ResourceConfig.InstanceCount, 4);
    assert.equal(
      request.InputDataConfig[0]?.DataSource.S3DataSource.S3DataDistributionType,
      "FullyReplicated",
    );
    assert.equal(request.EnableInterContainerTrafficEncryption, true);
    assert.equal(
      trainingJobRequest(single, environment).EnableInterContainerTrafficEncryption,
      false,
    );
  });

  it("keeps checkpoints of what may be interrupted, and waits for Spot capacity", () => {
    const request = trainingJobRequest(multi, environment);
    assert.deepEqual(request.CheckpointConfig, {
      S3Uri: "s3://team-data/cache/checkpoints/kennel-dev/main/",
    });
    assert.deepEqual(request.StoppingCondition, {
      MaxRuntimeInSeconds: 7200,
      MaxWaitTimeInSeconds: 14_400,
    });
    const ordinary = trainingJobRequest(single, environment);
    assert.equal(ordinary.CheckpointConfig, undefined);
    assert.equal(ordinary.StoppingCondition.MaxWaitTimeInSeconds, undefined);
  });

  it("encrypts disks with the data's key where disks take one", () => {
    const keyOf = (instanceType: string) =>
      trainingJobRequest(trainingSchema.parse({ instanceType }), environment).ResourceConfig
        .VolumeKmsKeyId;
    assert.equal(keyOf("ml.m5.large"), environment.kmsKeyArn);
    assert.equal(keyOf("ml.g4dn.xlarge"), undefined);
  });

  it("finds each metric in what train.py prints", () => {
    const document = fs.readFileSync(path.join(projectRoot, "docs/training.md"), "utf8");
    const { MetricDefinitions } = trainingJobRequest(single, environment).AlgorithmSpecification;
    for (const { Name, Regex } of MetricDefinitions) {
      assert.match(document, new RegExp(`^.*${Regex}.*$`, "m"), Name);
    }
    const epoch = /^Epoch \d+: .*$/m.exec(document)?.[0] ?? "";
    const objective = MetricDefinitions.find(({ Name }) => Name === "Validation Loss");
    assert.equal(new RegExp(objective?.Regex ?? "-").exec(epoch)?.[1], "0.0029");
  });
});

describe("tuningJobRequest", () => {
  const request = tuningJobRequest(single, environment);

  it("is there only for a job with tuning", () => {
    assert.equal(tuningJobRequest(multi, environment), undefined);
  });

  it("has the configured limits, and compares by the validation loss", () => {
    const { ResourceLimits, TrainingJobEarlyStoppingType, HyperParameterTuningJobObjective } =
      request!.HyperParameterTuningJobConfig;
    assert.deepEqual(ResourceLimits, { MaxNumberOfTrainingJobs: 12, MaxParallelTrainingJobs: 3 });
    assert.equal(TrainingJobEarlyStoppingType, "Auto");
    assert.deepEqual(HyperParameterTuningJobObjective, {
      Type: "Minimize",
      MetricName: "Validation Loss",
    });
  });

  it("tries each trial on one instance of its own type", () => {
    const { InstanceType, InstanceCount } = request!.TrainingJobDefinition.ResourceConfig;
    assert.deepEqual([InstanceType, InstanceCount], ["ml.m5.xlarge", 1]);
  });

  it("leaves out of the fixed hyperparameters what it tunes", () => {
    assert.deepEqual(request!.TrainingJobDefinition.StaticHyperParameters, {
      cache_dir: "/opt/ml/cache",
      cache_uri: "s3://team-data/cache/features",
      backbone: "resnet18",
    });
  });
});

describe("a job's requests, sent", function () {
  this.timeout(60_000);

  it("start at a stand-in for SageMaker, with hyperparameters that train.py accepts", () => {
    const tuning = tuningJobRequest(single, environment)!;
    const training = trainingJobRequest(single, environment);
    const { ParameterRanges } = tuning.HyperParameterTuningJobConfig;
    const { ContinuousParameterRanges, IntegerParameterRanges, CategoricalParameterRanges } =
      ParameterRanges;
    const ends = [...ContinuousParameterRanges, ...IntegerParameterRanges];
    const trial = (value: "MinValue" | "MaxValue") => ({
      ...tuning.TrainingJobDefinition.StaticHyperParameters,
      ...Object.fromEntries(ends.map((range) => [range.Name, range[value]])),
      ...Object.fromEntries(
        CategoricalParameterRanges.map(({ Name, Values }) => [Name, Values[0]]),
      ),
      // SageMaker's own.
      _tuning_objective_metric: "Validation Loss",
    });
    const { status, stdout, stderr } = spawnSync(
      PYTHON,
      [path.join(projectRoot, "infra/testing/start_jobs.py")],
      {
        encoding: "utf8",
        input: JSON.stringify({
          training: { "single-1": training, "multi-1": trainingJobRequest(multi, environment) },
          tuning: { "tuning-1": tuning },
          hyperparameters: [training.HyperParameters, trial("MinValue"), trial("MaxValue")],
        }),
      },
    );
    assert.equal(status, 0, stderr);
    const described = JSON.parse(stdout) as Record<string, Record<string, Record<string, unknown>>>;
    assert.deepEqual(
      described["training"]?.["single-1"]?.["HyperParameters"],
      training.HyperParameters,
    );
    assert.equal(described["training"]["multi-1"]?.["EnableManagedSpotTraining"], true);
    assert.deepEqual(
      described["tuning"]?.["tuning-1"]?.["HyperParameterTuningJobConfig"],
      tuning.HyperParameterTuningJobConfig,
    );
  });
});
