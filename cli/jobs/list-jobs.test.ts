import assert from "node:assert/strict";

import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { type StandInHttp, startStandInHttp } from "../../infra/testing/stand-in-http";
import { listJobs } from "./list-jobs";
import { StandInJobs } from "./testing/stand-in-jobs";

describe("a stack's jobs", () => {
  let server: StandInHttp;
  let list: (most: number) => Promise<string[]>;

  before(async () => {
    const stood = new StandInJobs();
    const add = (TrainingJobName: string, CreationTime: number, bucket: string): void =>
      void stood.trainings.set(TrainingJobName, {
        ...{ TrainingJobName, TrainingJobStatus: "Completed", CreationTime },
        ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1 },
        OutputDataConfig: { S3OutputPath: `s3://${bucket}/models/` },
      });
    add("dogs-1", 1000, "team-data");
    add("dogs-2", 3000, "team-data");
    add("cats-1", 2500, "team-data-of-others");
    add("dogs-3", 2000, "team-data");
    server = await startStandInHttp(stood.operations);
    const client = new SageMakerClient({
      endpoint: server.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    list = async (most) => (await listJobs(client, "team-data", most)).map(({ name }) => name);
  });

  after(() => server.stop());

  it("are those whose models go to its bucket, the newest first", async () => {
    assert.deepEqual(await list(20), ["dogs-2", "dogs-3", "dogs-1"]);
  });

  it("are no more than asked for", async () => {
    assert.deepEqual(await list(2), ["dogs-2", "dogs-3"]);
    assert.deepEqual(await list(0), []);
  });
});
