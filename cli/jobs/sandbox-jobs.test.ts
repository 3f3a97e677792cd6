import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient, StopTrainingJobCommand } from "@aws-sdk/client-sagemaker";

import { trainingJobRequest } from "../../infra/components/training/training-requests";
import { trainingSchema } from "../../infra/schema/training";
import type { StackOutputs } from "../../infra/stack-outputs";
import { clientSettings } from "../aws/clients";
import { listArtefacts } from "../models/artefacts";
import { photosMatch, readFacts } from "../models/model-facts";
import { SAMPLE_PHOTOS } from "../repository";
import { startSandbox, type Sandbox } from "../sandbox/start";
import { type FollowedJob, followJob, type JobEvent } from "./follow";
import { describeJob, type Job } from "./job";
import { listJobs } from "./list-jobs";
import type { StackOfJobs } from "./stack-of-jobs";
import { startJob } from "./start-job";

const BUCKET = "kennel-dev-data";
const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/kennel-dev/training@sha256:${"0".repeat(64)}`;

describe("a job in the sandbox", function () {
  this.timeout(300_000);

  let cache: string;
  let sandbox: Sandbox;
  let s3: S3Client;
  let sageMaker: SageMakerClient;
  const environment = { ...process.env };

  const opened = (hyperparameters: Record<string, string | number>): StackOfJobs => {
    const { instanceType, instanceCount, ...job } = trainingSchema.parse({ hyperparameters });
    const surroundings = {
      imageUri: IMAGE,
      roleArn: "arn:aws:iam::123456789012:role/training",
      bucketName: BUCKET,
      folder: "kennel-dev/dogs",
      tags: {},
    };
    const trainingJob = trainingJobRequest({ instanceType, instanceCount, ...job }, surroundings);
    const training = { roleArn: "", jobs: { dogs: { instanceType, instanceCount, trainingJob } } };
    return {
      naming: { project: "kennel", stack: "dev" },
      region: "us-east-1",
      outputs: { bucketName: BUCKET, training } as unknown as StackOutputs,
    };
  };

  /** So that it takes seconds. */
  const quick = { backbone: "efficientnet_lite0", image_size: 64, epochs: 2 };

  const putPhotos = async (): Promise<void> => {
    const photos = ["basset-hound.jpg", "beagle.jpg"].map((name) =>
      readFileSync(path.join(SAMPLE_PHOTOS, name)),
    );
    for (const split of ["train", "valid", "test"]) {
      for (const [index, Body] of photos.entries()) {
        const Key = `data/${split}/class-${index}/photo.jpg`;
        await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
      }
    }
  };

  const follow = async (
    job: Job,
    onEvent: (event: JobEvent) => void,
  ): Promise<FollowedJob | undefined> =>
    followJob(job, {
      sageMaker,
      logs: new CloudWatchLogsClient(clientSettings()),
      onEvent,
      signal: new AbortController().signal,
      milliseconds: 200,
    });

  before(async () => {
    cache = mkdtempSync(path.join(os.tmpdir(), "kennel-jobs-"));
    sandbox = await startSandbox();
    Object.assign(process.env, sandbox.environment);
    process.env["XDG_CACHE_HOME"] = cache;
    s3 = new S3Client(clientSettings());
    sageMaker = new SageMakerClient(clientSettings());
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });

  after(async () => {
    await sandbox.stop();
    process.env = environment;
    rmSync(cache, { recursive: true });
  });

  it("is not started without photos", async () => {
    await assert.rejects(
      startJob("training", opened(quick), "dogs"),
      /no photos in s3:\/\/kennel-dev-data\/data\/train\/ .*kennel data --source PHOTOS --upload/,
    );
  });

  it("trains, is followed, and leaves a model that names what it was made from", async () => {
    await putPhotos();
    const events: JobEvent[] = [];
    const job = await startJob("training", opened(quick), "dogs");
    assert.equal(job.training, "dogs");
    const ended = await follow(job, (event) => void events.push(event));
    assert.equal(ended?.job.status, "Completed", ended?.job.failure);

    const epochs = events.flatMap((each) => (each.event === "figures" ? [each.epoch] : []));
    assert.deepEqual(epochs.slice(0, 2), [1, 2]);
    const lines = events.flatMap((each) => (each.event === "log" ? [each.text] : []));
    assert.ok(lines.some((line) => line.startsWith("Testing Accuracy: ")));
    assert.ok(ended.job.metrics["Testing Accuracy"] !== undefined);
    assert.ok((ended.job.billedSeconds ?? 0) > 0);

    const [model, ...others] = await listArtefacts(s3, BUCKET);
    assert.deepEqual(others, []);
    assert.equal(`s3://${BUCKET}/${model?.key}`, ended.job.modelUri);
    const facts = await readFacts(s3, model!);
    assert.equal(facts?.job, job.name);
    assert.equal(facts.image, IMAGE);
    assert.equal(Object.keys(facts.photos ?? {}).length, 6);
    assert.equal(photosMatch(facts), true);
    assert.deepEqual(
      (await listJobs(sageMaker, BUCKET, 5)).map(({ name, status }) => [name, status]),
      [[job.name, "Completed"]],
    );
    assert.deepEqual(await listJobs(sageMaker, "another-bucket", 5), []);
  });

  it("is refused in SageMaker's words", async () => {
    await putPhotos();
    const stack = opened(quick);
    const { ResourceConfig } = stack.outputs.training!.jobs["dogs"]!.trainingJob;
    Object.assign(ResourceConfig, { InstanceType: "ml.none.large" });
    await assert.rejects(startJob("training", stack, "dogs"), (error: Error) => {
      assert.equal(error.name, "UserError");
      assert.match(error.message, /^SageMaker did not start dogs: .*ml\.none\.large/s);
      return true;
    });
  });

  it("fails with train.py's own reason", async () => {
    const ended = await startJob("training", opened({ backbone: "resnet999" }), "dogs").then(
      (job) => follow(job, () => undefined),
    );
    assert.equal(ended?.job.status, "Failed");
    assert.match(ended.job.failure ?? "", /backbone.*resnet999/);
    assert.equal(ended.job.modelUri, undefined);
  });

  it("is stopped", async () => {
    const { name } = await startJob("training", opened(quick), "dogs");
    await sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: name }));
    const ended = await follow(await describeJob(sageMaker, name), () => undefined);
    assert.equal(ended?.job.status, "Stopped");
  });
});
