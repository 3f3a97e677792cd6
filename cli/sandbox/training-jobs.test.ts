import assert from "node:assert/strict";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";

import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateHyperParameterTuningJobCommand,
  CreateTrainingJobCommand,
  type CreateTrainingJobRequest,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobResponse,
  ListTrainingJobsCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  SageMakerClient,
  StopTrainingJobCommand,
} from "@aws-sdk/client-sagemaker";
import { list } from "tar";

import { startSandbox, type Sandbox } from "./start";
import { BUCKET } from "./testing/archives";
import { putPhotos } from "./testing/photos";
import { settingsOf } from "./testing/settings";

describe("the sandbox's training jobs", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  let sageMaker: SageMakerClient;
  let s3: S3Client;
  let logs: CloudWatchLogsClient;
  let photos: string;
  let trial: string;

  before(async () => {
    // The way from photos to an endpoint (integration/) trains for real.
    const scripts = path.join(__dirname, "testing", "scripts");
    sandbox = await startSandbox({ speed: 3000, scripts });
    const settings = settingsOf(sandbox);
    sageMaker = new SageMakerClient(settings);
    logs = new CloudWatchLogsClient(settings);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    photos = await putPhotos(s3, "photos");
  });

  after(() => sandbox.stop());

  const job = () => ({
    RoleArn: "arn:aws:iam::123456789012:role/training",
    AlgorithmSpecification: {
      TrainingImage: "registry/training:1",
      TrainingInputMode: "File" as const,
      MetricDefinitions: [{ Name: "valid:loss", Regex: "Validation Loss: ([0-9.]+)" }],
    },
    InputDataConfig: [
      {
        ChannelName: "training",
        DataSource: { S3DataSource: { S3DataType: "S3Prefix" as const, S3Uri: photos } },
      },
    ],
    OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models` },
    ResourceConfig: {
      InstanceType: "ml.m5.xlarge" as const,
      InstanceCount: 1,
      VolumeSizeInGB: 10,
    },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
  });
  const HyperParameters = { epochs: "2", learning_rate: "0.01" };

  const start = (TrainingJobName: string, more: Partial<CreateTrainingJobRequest> = {}) =>
    sageMaker.send(
      new CreateTrainingJobCommand({ TrainingJobName, ...job(), HyperParameters, ...more }),
    );

  const ended = async (TrainingJobName: string): Promise<DescribeTrainingJobResponse> => {
    for (;;) {
      const job = await sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
      if (["Completed", "Failed", "Stopped"].includes(job.TrainingJobStatus!)) {
        return job;
      }
      await pause(200);
    }
  };

  const logOf = async (job: string): Promise<string> => {
    const logGroupName = "/aws/sagemaker/TrainingJobs";
    const { logStreams = [] } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: `${job}/algo-` }),
    );
    const { logStreamName } = logStreams[0]!;
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
    );
    return events.map(({ message }) => message).join("\n");
  };

  it("are a tuning job's trials", async () => {
    const HyperParameterTuningJobName = "search";
    await sageMaker.send(
      new CreateHyperParameterTuningJobCommand({
        HyperParameterTuningJobName,
        HyperParameterTuningJobConfig: {
          Strategy: "Bayesian",
          HyperParameterTuningJobObjective: { Type: "Minimize", MetricName: "valid:loss" },
          ResourceLimits: { MaxNumberOfTrainingJobs: 2, MaxParallelTrainingJobs: 2 },
          ParameterRanges: {
            ContinuousParameterRanges: [
              {
                Name: "learning_rate",
                MinValue: "0.001",
                MaxValue: "0.1",
                ScalingType: "Logarithmic",
              },
            ],
            CategoricalParameterRanges: [{ Name: "batch_size", Values: ["2", "4"] }],
          },
        },
        TrainingJobDefinition: { ...job(), StaticHyperParameters: { epochs: "2" } },
      }),
    );
    const describe = () =>
      sageMaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
    while ((await describe()).HyperParameterTuningJobStatus === "InProgress") {
      await pause(200);
    }
    const { BestTrainingJob, HyperParameterTuningJobStatus } = await describe();
    assert.equal(HyperParameterTuningJobStatus, "Completed");
    const { TrainingJobSummaries } = await sageMaker.send(
      new ListTrainingJobsForHyperParameterTuningJobCommand({
        HyperParameterTuningJobName,
        SortBy: "FinalObjectiveMetricValue",
      }),
    );
    const [best, other] = TrainingJobSummaries!.map((trial) => ({
      name: trial.TrainingJobName,
      loss: trial.FinalHyperParameterTuningJobObjectiveMetric!.Value!,
      parameters: trial.TunedHyperParameters!,
    }));
    trial = best!.name!;
    assert.equal(trial, BestTrainingJob!.TrainingJobName);
    assert.ok(best!.loss <= other!.loss);
    assert.notDeepEqual(best!.parameters, other!.parameters);
    for (const { parameters } of [best!, other!]) {
      assert.ok(Number(parameters["learning_rate"]) >= 0.001);
      assert.match(parameters["batch_size"]!, /^[24]$/);
    }
  });

  it("train a model on photos of S3, with log, metrics and archive", async () => {
    const job = await ended(trial);
    assert.equal(job.TrainingJobStatus, "Completed", `${job.FailureReason}`);
    assert.deepEqual(
      job.SecondaryStatusTransitions!.map(({ Status }) => Status),
      ["Starting", "Downloading", "Training", "Uploading", "Completed"],
    );
    assert.equal(job.FinalMetricDataList![0]!.MetricName, "valid:loss");
    assert.ok(job.BillableTimeInSeconds! >= 1);
    const log = await logOf(trial);
    assert.match(log, /6 training images/);
    assert.match(log, /Epoch 2: .*Training Loss: .*Validation Loss/);
    assert.match(log, /Testing Loss/);
    const Key = `models/${trial}/output/model.tar.gz`;
    const uri = job.ModelArtifacts!.S3ModelArtifacts!;
    assert.equal(uri, `s3://${BUCKET}/${Key}`);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    const names: string[] = [];
    const archive = await buffer(Body as Readable);
    list({ onReadEntry: (entry) => names.push(entry.path) }).end(archive);
    await pause(100);
    assert.ok(
      names.some((name) => /^(\.\/)?model\.onnx$/.test(name)),
      names.join(" "),
    );
  });

  it("fail in SageMaker's words", async () => {
    await start("wrong", { HyperParameters: { epochs: "many" } });
    await start("nothing", {
      InputDataConfig: [
        {
          ChannelName: "training",
          DataSource: {
            S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${BUCKET}/nothing/` },
          },
        },
      ],
    });
    await start("pattern", {
      AlgorithmSpecification: {
        TrainingImage: "image",
        TrainingInputMode: "File",
        MetricDefinitions: [{ Name: "loss", Regex: "(?P<loss>" }],
      },
    });
    const [wrong, nothing] = [await ended("wrong"), await ended("nothing")];
    assert.match((await ended("pattern")).FailureReason!, /Invalid regular expression/);
    assert.equal(wrong.TrainingJobStatus, "Failed");
    assert.match(wrong.FailureReason!, /^AlgorithmError: .*epochs.*exit code: 2/s);
    assert.match(nothing.FailureReason!, /^ClientError: No S3 objects found under S3 URL/);
    await assert.rejects(start("wrong"), { name: "ResourceInUse" });
    await assert.rejects(start("x y"), { name: "ValidationException" });
  });

  it("stop when told to", async () => {
    await start("long", {
      HyperParameters: { ...HyperParameters, epochs: "10000" },
    });
    while (!(await logOf("long").catch(() => "")).includes("Epoch 1")) {
      await pause(200);
    }
    await sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: "long" }));
    const job = await ended("long");
    assert.equal(job.TrainingJobStatus, "Stopped");
    assert.match(await logOf("long"), /Stopped by SIGTERM/);
    await assert.rejects(
      sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: "long" })),
      /in status Stopped/,
    );
  });

  it("are listed by status, name and page", async () => {
    const named = async (input: object): Promise<(string | undefined)[]> => {
      const { TrainingJobSummaries } = await sageMaker.send(new ListTrainingJobsCommand(input));
      return TrainingJobSummaries!.map(({ TrainingJobName }) => TrainingJobName);
    };
    assert.deepEqual(await named({ StatusEquals: "Failed" }), ["wrong", "nothing", "pattern"]);
    assert.deepEqual(await named({ SortBy: "Name", MaxResults: 2 }), ["long", "nothing"]);
    assert.deepEqual(await named({ NameContains: "ONG", SortOrder: "Descending" }), [
      "long",
      "wrong",
    ]);
  });
});
