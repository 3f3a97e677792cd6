import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateModelCommand,
  CreateTransformJobCommand,
  DescribeTransformJobCommand,
  type DescribeTransformJobResponse,
  ListTransformJobsCommand,
  SageMakerClient,
  StopTransformJobCommand,
  type TransformInput,
} from "@aws-sdk/client-sagemaker";

import { startSandbox, type Sandbox } from "./start";
import { BUCKET, putSampleModel, samplePhoto } from "./testing/archives";
import { settingsOf } from "./testing/settings";

describe("the sandbox's transform jobs", function () {
  this.timeout(240_000);
  let sandbox: Sandbox;
  let sageMaker: SageMakerClient;
  let s3: S3Client;
  let logs: CloudWatchLogsClient;

  before(async () => {
    sandbox = await startSandbox({ speed: 3000 });
    const settings = settingsOf(sandbox);
    sageMaker = new SageMakerClient(settings);
    logs = new CloudWatchLogsClient(settings);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    await sageMaker.send(
      new CreateModelCommand({
        ModelName: "dogs",
        ExecutionRoleArn: "arn:aws:iam::123456789012:role/execution",
        PrimaryContainer: { Image: "registry/1", ModelDataUrl: await putSampleModel(s3) },
      }),
    );
    await put("photos/a.jpg", samplePhoto());
    await put("photos/more/b.jpg", samplePhoto());
    await put("bad/c.jpg", Buffer.from("no photo"));
  });

  after(() => sandbox.stop());

  const put = (Key: string, Body: Buffer | string): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

  const get = async (Key: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return Body!.transformToString();
  };

  const transform = async (
    TransformJobName: string,
    source: { S3DataType: "S3Prefix" | "ManifestFile"; S3Uri: string },
    more: Partial<TransformInput> = {},
    Accept = "application/vnd.kennel+json",
  ): Promise<DescribeTransformJobResponse> => {
    await sageMaker.send(
      new CreateTransformJobCommand({
        TransformJobName,
        ModelName: "dogs",
        BatchStrategy: "SingleRecord",
        TransformInput: {
          DataSource: { S3DataSource: source },
          ContentType: "image/jpeg",
          ...more,
        },
        TransformOutput: {
          S3OutputPath: `s3://${BUCKET}/out/${TransformJobName}`,
          Accept,
        },
        TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 2 },
      }),
    );
    for (;;) {
      const job = await sageMaker.send(new DescribeTransformJobCommand({ TransformJobName }));
      if (!["InProgress", "Stopping"].includes(job.TransformJobStatus!)) {
        return job;
      }
      await pause(100);
    }
  };

  it("answer for each object under a prefix", async () => {
    const job = await transform("prefix", {
      S3DataType: "S3Prefix",
      S3Uri: `s3://${BUCKET}/photos/`,
    });
    assert.equal(job.TransformJobStatus, "Completed", job.FailureReason);
    for (const name of ["a.jpg", "more/b.jpg"]) {
      assert.match(await get(`out/prefix/${name}.out`), /"predictions"/);
    }
  });

  it("answer for what a manifest names, and fail for what is not a photo", async () => {
    const manifest = [{ prefix: `s3://${BUCKET}/` }, "photos/a.jpg", "bad/c.jpg"];
    await put("manifest.json", JSON.stringify(manifest));
    const job = await transform("manifest", {
      S3DataType: "ManifestFile",
      S3Uri: `s3://${BUCKET}/manifest.json`,
    });
    assert.equal(job.TransformJobStatus, "Failed");
    assert.match(job.FailureReason!, /See job logs/);
    assert.match(await get("out/manifest/photos/a.jpg.out"), /"predictions"/);
    await assert.rejects(get("out/manifest/bad/c.jpg.out"), { name: "NoSuchKey" });
    const logGroupName = "/aws/sagemaker/TransformJobs";
    const { logStreams = [] } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: "manifest/" }),
    );
    const { logStreamName } = logStreams.find((each) => each.logStreamName!.endsWith("data-log"))!;
    const { events } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName }));
    assert.match(events![0]!.message!, /bad\/c.jpg: Bad HTTP status received from algorithm: 4/);
  });

  it("split JSON lines, and put the answers together", async () => {
    const line = JSON.stringify({ image: samplePhoto().toString("base64") });
    await put("lines/two.jsonl", `${line}\n${line}\n`);
    const source = { S3DataType: "S3Prefix" as const, S3Uri: `s3://${BUCKET}/lines` };
    const split = { SplitType: "Line" as const, ContentType: "application/jsonlines" };
    const job = await transform("lines", source, split, "application/vnd.kennel+jsonlines");
    assert.equal(job.TransformJobStatus, "Completed", job.FailureReason);
    assert.equal((await get("out/lines/two.jsonl.out")).match(/"predictions"/g)!.length, 2);
  });

  it("are listed, and refuse as SageMaker does", async () => {
    const { TransformJobSummaries } = await sageMaker.send(
      new ListTransformJobsCommand({ StatusEquals: "Failed" }),
    );
    assert.deepEqual(
      TransformJobSummaries!.map(({ TransformJobName }) => TransformJobName),
      ["manifest"],
    );
    const { LastModifiedTime, TransformEndTime } = TransformJobSummaries![0]!;
    assert.deepEqual(LastModifiedTime, TransformEndTime);
    assert.ok(LastModifiedTime instanceof Date);
    await assert.rejects(
      sageMaker.send(new StopTransformJobCommand({ TransformJobName: "lines" })),
      /in status Completed/,
    );
    const source = { S3DataType: "S3Prefix" as const, S3Uri: `s3://${BUCKET}/none` };
    assert.match((await transform("none", source)).FailureReason!, /No S3 objects found/);
  });
});
