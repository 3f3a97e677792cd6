import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { startStandInHttp, type StandInHttp } from "../../infra/testing/stand-in-http";
import { clientSettings } from "../aws/clients";
import { type Sandbox, startSandbox } from "../sandbox/start";
import { inEnvironment } from "../testing/environment";
import { batchIn, type BatchResult } from "./batch";
import type { PhotoAnswer } from "./answers";

const PHOTOS = ["inbox/a.jpg", "inbox/deep/b.PNG", "inbox/ü c.webp", "inbox/bad.jpg"];

/** S3 is moto's; jobs are this test's own, since they must fail in part. */
describe("kennel batch", function () {
  this.timeout(120_000);

  let sandbox: Sandbox;
  let sageMaker: StandInHttp;
  let leave: () => void;
  let s3: S3Client;
  let directory: string;
  /** Keys that each job was given. */
  const jobs: { name: string; model: unknown; keys: string[]; status: string }[] = [];
  const models = new Set<unknown>();
  /** Whether a job answers a photo. */
  let answers: (key: string, attempt: number) => boolean;
  let isStuck = false;

  const work = async (request: Record<string, unknown>): Promise<void> => {
    const input = request["TransformInput"] as { DataSource: { S3DataSource: { S3Uri: string } } };
    const output = request["TransformOutput"] as { S3OutputPath: string };
    const manifest = new URL(input.DataSource.S3DataSource.S3Uri);
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: manifest.host, Key: manifest.pathname.slice(1) }),
    );
    const [{ prefix }, ...keys] = JSON.parse(await Body!.transformToString()) as [
      { prefix: string },
      ...string[],
    ];
    assert.equal(prefix, "s3://photos/");
    const job = {
      name: String(request["TransformJobName"]),
      model: request["ModelName"],
      keys,
      status: "InProgress",
    };
    jobs.push(job);
    if (isStuck) {
      return;
    }
    const answered = keys.filter((key) => answers(key, jobs.length));
    for (const key of answered) {
      const probability = key.includes("deep") ? 0.4 : 0.9;
      const predictions = [
        { label: "dog", probability },
        { label: "cat", probability: 1 - probability },
      ];
      const scores = predictions.map((each) => each.probability);
      const place = new URL(output.S3OutputPath);
      await s3.send(
        new PutObjectCommand({
          Bucket: place.host,
          Key: `${place.pathname.slice(1)}${key}.out`,
          Body: JSON.stringify({ predictions, scores, model: "sha256:abc" }),
        }),
      );
    }
    job.status = answered.length === keys.length ? "Completed" : "Failed";
  };

  before(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), "kennel-batch-"));
    sandbox = await startSandbox();
    sageMaker = await startStandInHttp({
      "SageMaker.DescribeEndpoint": () => ({ EndpointConfigName: "configuration" }),
      "SageMaker.DescribeEndpointConfig": () => ({
        ProductionVariants: [{ VariantName: "main", ModelName: "served" }],
      }),
      "SageMaker.DescribeModel": () => ({ PrimaryContainer: { Image: "image" } }),
      "SageMaker.CreateModel": ({ ModelName }) => {
        models.add(ModelName);
        return { ModelArn: "arn" };
      },
      "SageMaker.DeleteModel": ({ ModelName }) => {
        models.delete(ModelName);
        return {};
      },
      "SageMaker.CreateTransformJob": (request) => {
        void work(request);
        return { TransformJobArn: "arn" };
      },
      "SageMaker.DescribeTransformJob": ({ TransformJobName }) => {
        const job = jobs.find(({ name }) => name === TransformJobName);
        return {
          TransformJobName,
          TransformJobStatus: job?.status ?? "InProgress",
          ...(job?.status === "Failed" && { FailureReason: "ClientError: See job logs" }),
        };
      },
      "SageMaker.StopTransformJob": ({ TransformJobName }) => {
        jobs.find(({ name }) => name === TransformJobName)!.status = "Stopped";
        return {};
      },
    });
    leave = inEnvironment({ ...sandbox.environment, AWS_ENDPOINT_URL_SAGEMAKER: sageMaker.url });
    s3 = new S3Client(clientSettings());
    await s3.send(new CreateBucketCommand({ Bucket: "photos" }));
    await s3.send(new CreateBucketCommand({ Bucket: "kennel-data" }));
    for (const Key of [...PHOTOS, "inbox/notes.txt", "inbox/"]) {
      const Body = Key.endsWith("/") ? "" : "content";
      await s3.send(new PutObjectCommand({ Bucket: "photos", Key, Body }));
    }
  });

  after(async () => {
    leave?.();
    sageMaker?.stop();
    rmSync(directory, { recursive: true });
    await sandbox?.stop();
  });

  beforeEach(() => {
    jobs.length = 0;
    isStuck = false;
  });

  const run = async (
    options: object = {},
    stop = new AbortController().signal,
  ): Promise<[BatchResult, PhotoAnswer[]]> => {
    const output = path.join(directory, "answers.jsonl");
    const settings = clientSettings();
    const result = await batchIn(
      {
        s3,
        sageMaker: new SageMakerClient(settings),
        endpointName: "kennel-dev-dogs",
        bucketName: "kennel-data",
      },
      {
        photos: "s3://photos/inbox/",
        instanceType: "ml.m5.xlarge",
        instances: 1,
        output,
        ...options,
      },
      { onStatus: () => undefined, stop },
    );
    const lines = readFileSync(output, "utf8").split("\n").filter(Boolean);
    return [result, lines.map((line) => JSON.parse(line) as PhotoAnswer)];
  };

  it("asks again about what got no answer, until photos are to blame", async () => {
    answers = (key, attempt) => key !== "inbox/bad.jpg" && (attempt > 1 || key !== "inbox/a.jpg");
    const [result, lines] = await run();
    assert.deepEqual(
      jobs.map(({ keys }) => [...keys].sort()),
      [[...PHOTOS].sort(), ["inbox/a.jpg", "inbox/bad.jpg"], ["inbox/bad.jpg"]],
    );
    assert.deepEqual(result.failed, ["s3://photos/inbox/bad.jpg"]);
    assert.match(result.reason!, /ClientError/);
    assert.deepEqual(result.classes, { dog: 2, cat: 1 });
    assert.deepEqual(result.doubts, { some: 1, much: 0 });
    assert.equal(result.otherObjects, 1);
    assert.deepEqual(lines.map(({ photo }) => photo).sort(), [
      "s3://photos/inbox/a.jpg",
      "s3://photos/inbox/deep/b.PNG",
      "s3://photos/inbox/ü c.webp",
    ]);
    assert.equal(lines[0]!.model, "sha256:abc");
  });

  it("runs under another role with a copy of the model, which goes in any case", async () => {
    answers = () => true;
    const [result] = await run({ role: "arn:aws:iam::123456789012:role/batch" });
    assert.deepEqual([result.answered, result.failed, result.reason], [4, [], null]);
    assert.match(String(jobs[0]!.model), /^kennel-batch-/);
    assert.equal(models.size, 0);
  });

  it("stops its job on demand", async () => {
    isStuck = true;
    const stop = new AbortController();
    const running = run({}, stop.signal);
    while (jobs.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    stop.abort();
    const [result] = await running;
    assert.equal(jobs[0]!.status, "Stopped");
    assert.deepEqual([result.isStopped, result.answered, jobs.length], [true, 0, 1]);
  });

  it("says what is below an address without photos, and what an address is", async () => {
    await assert.rejects(run({ photos: "s3://photos/nothing/" }), /no photo below s3:\/\/photos/);
    await assert.rejects(run({ photos: "s3://nowhere/x" }), /no bucket nowhere/);
    await assert.rejects(run({ output: "/nowhere/answers" }), /can't write \/nowhere\/answers/);
    await assert.rejects(run({ photos: "/tmp/photos" }), /not an address in S3/);
    assert.equal(jobs.length, 0);
  });
});
