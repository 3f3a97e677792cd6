import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient, StopTrainingJobCommand } from "@aws-sdk/client-sagemaker";

import { trainingJobRequest } from "../../infra/components/training/training-requests";
import {
  StandInAwsError,
  type StandInHttp,
  startStandInHttp,
} from "../../infra/testing/stand-in-http";
import { trainingSchema } from "../../infra/schema/training";
import type { StackOutputs } from "../../infra/stack-outputs";
import { clientSettings } from "../aws/clients";
import { SAMPLE_PHOTOS } from "../repository";
import { startSandbox, type Sandbox } from "../sandbox/start";
import type { ReadStack } from "../stack/read-outputs";
import { inEnvironment } from "../testing/environment";
import { type FollowedJob, followJob, type JobEvent } from "./follow";
import { describeJob, type Job } from "./job";
import { startJob } from "./start-job";
import { StandInJobs } from "./testing/stand-in-jobs";
import { beginOnTrainer, followTrainer } from "./train-on-ec2";

const BUCKET = "kennel-dev-data";
const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/kennel-dev/training@sha256:${"0".repeat(64)}`;

describe("a job in the sandbox", function () {
  this.timeout(300_000);

  let leave: () => void;
  let sandbox: Sandbox;
  let s3: S3Client;
  let sageMaker: SageMakerClient;

  const opened = (hyperparameters: Record<string, string | number>): ReadStack => {
    const { instanceType, instanceCount, ...job } = trainingSchema.parse({ hyperparameters });
    const environment = {
      imageUri: IMAGE,
      roleArn: "arn:aws:iam::123456789012:role/training",
      bucketName: BUCKET,
      folder: "kennel-dev/dogs",
      tags: {},
    };
    const trainingJob = trainingJobRequest({ instanceType, instanceCount, ...job }, environment);
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
    sandbox = await startSandbox({ speed: 600 });
    leave = inEnvironment(sandbox.environment);
    s3 = new S3Client(clientSettings());
    sageMaker = new SageMakerClient(clientSettings());
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });

  after(async () => {
    leave();
    await sandbox.stop();
  });

  it("is not started without photos", async () => {
    await assert.rejects(
      startJob("training", opened(quick), "dogs"),
      /no photos in s3:\/\/kennel-dev-data\/data\/train\/ .*kennel data --source PHOTOS --upload/,
    );
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

  describe("on the stack's trainer", () => {
    let standIn: StandInHttp;
    let leaveToo: () => void;
    let ec2: EC2Client;
    let id: string;
    const jobs = new StandInJobs();
    const sent: unknown[] = [];
    const statuses = ["InvocationDoesNotExist", "InProgress", "Success"];
    /** How often Systems Manager was asked for the trainer, which it reaches the second time. */
    let looks = 0;

    const say = (message: string): void =>
      void jobs.lines.push({ stream: id, timestamp: Date.now(), message });

    before(async () => {
      standIn = await startStandInHttp({
        ...jobs.operations,
        "AmazonSSM.DescribeInstanceInformation": () => ({
          InstanceInformationList:
            (looks += 1) > 1 ? [{ InstanceId: id, PingStatus: "Online" }] : [],
        }),
        "AmazonSSM.SendCommand": (request) => {
          sent.push(request);
          return { Command: { CommandId: "11111111-1111-1111-1111-111111111111" } };
        },
        "AmazonSSM.GetCommandInvocation": () => {
          const Status = statuses.shift()!;
          if (Status === "InvocationDoesNotExist") {
            throw new StandInAwsError(Status, "not yet");
          }
          if (Status === "Success") {
            // The agent is late.
            setTimeout(() => say("The model is models/1/model.tar.gz: set it"), 200);
          } else {
            say("Epoch 1: Training Loss: 0.5 - Validation Loss: 0.4");
          }
          return { Status };
        },
      });
      const { url } = standIn;
      leaveToo = inEnvironment({
        AWS_ENDPOINT_URL_SSM: url,
        AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
      });
      ec2 = new EC2Client(clientSettings());
      const one = { ImageId: "ami-12c6146b", MinCount: 1, MaxCount: 1 };
      const { Instances } = await ec2.send(
        new RunInstancesCommand({ ...one, InstanceType: "t3.medium" }),
      );
      id = Instances![0]!.InstanceId!;
      const Tags = [{ Key: "Name", Value: "kennel-dev-trainer" }];
      await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
      await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    });

    after(() => {
      leaveToo();
      standIn.stop();
    });

    const read = (trainerStart: string | null): ReadStack => ({
      naming: { project: "kennel", stack: "dev" },
      region: "us-east-1",
      outputs: { bucketName: BUCKET, trainerStart } as unknown as StackOutputs,
    });

    it("starts the instance, waits for its agent, and follows the training to its last line", async () => {
      const start = `aws ec2 start-instances --region us-east-1 --instance-ids ${id}`;
      const { signal } = new AbortController();
      const begun = await beginOnTrainer(read(start), ["kennel-train --epochs 5"], signal);
      assert.deepEqual(begun.host, { instanceId: id, instanceType: "t3.medium" });
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      assert.equal(Reservations?.[0]?.Instances?.[0]?.State?.Name, "running");
      assert.deepEqual(sent, [
        {
          DocumentName: "AWS-RunShellScript",
          InstanceIds: [id],
          TimeoutSeconds: 600,
          Parameters: { commands: ["kennel-train --epochs 5"], executionTimeout: ["172800"] },
        },
      ]);
      const events: JobEvent[] = [];
      const outcome = await followTrainer(begun, (event) => void events.push(event), signal);
      assert.deepEqual(outcome, { status: "Success", modelKey: "models/1/model.tar.gz" });
      assert.deepEqual(
        events.map(({ event }) => event),
        ["log", "figures", "log"],
      );
    });

    it("is left where the user leaves, and refused where there is none", async () => {
      looks = 0;
      await assert.rejects(beginOnTrainer(read(""), [], AbortSignal.abort()), /left before/);
      await assert.rejects(
        beginOnTrainer(read(null), [], AbortSignal.abort()),
        /the stack dev has no trainer\. .*kennel:trainer: \{\}/,
      );
    });
  });
});
