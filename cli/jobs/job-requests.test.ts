import assert from "node:assert/strict";

import fc from "fast-check";

import {
  trainingJobRequest,
  tuningJobRequest,
  type TrainingEnvironment,
} from "../../infra/components/training/training-requests";
import { validateRequests } from "../../infra/testing/validate-requests";
import { trainingSchema } from "../../infra/schema/training";
import type { StackTrainingJob } from "../../infra/stack-outputs";
import { jobOfStack, type JobStart, trainingRequest, tuningRequest } from "./job-requests";

const environment: TrainingEnvironment = {
  imageUri: `123456789012.dkr.ecr.us-east-1.amazonaws.com/kennel-dev/training@sha256:${"0".repeat(64)}`,
  roleArn: "arn:aws:iam::123456789012:role/training",
  bucketName: "team-data",
  folder: "kennel-dev/main",
  tags: {},
};

const configured = trainingSchema.parse({ tuning: { jobs: 3 } });
/** As it comes out of a stack's outputs. */
const job = JSON.parse(
  JSON.stringify({
    instanceType: configured.instanceType,
    instanceCount: 1,
    trainingJob: trainingJobRequest(configured, environment),
    tuningJob: tuningJobRequest(configured, environment),
  }),
) as StackTrainingJob;

const start: JobStart = {
  naming: { project: "kennel", stack: "dev" },
  name: "dogs",
  job,
  commit: "0123abc",
  now: new Date("2026-11-27T18:30:05Z"),
};

describe("the request that starts a job", () => {
  it("is one that SageMaker takes, for names of any length", async () => {
    const names = fc.sample(
      fc.record({
        stack: fc.stringMatching(/^[\w.-]{1,60}$/),
        name: fc.stringMatching(/^.{1,60}$/),
      }),
      20,
    );
    const requests = names.flatMap(({ stack, name }) => {
      const named = { ...start, naming: { project: "kennel", stack }, name: name.trim() || "a" };
      return [
        { operation: "CreateTrainingJob", request: trainingRequest(named) },
        { operation: "CreateHyperParameterTuningJob", request: tuningRequest(named) },
      ].map((each) => ({ service: "sagemaker", ...each }));
    });
    assert.deepEqual((await validateRequests(requests as never)).flat(), []);
  });

  it("names the job after stack, key and time, and says what the model comes from", () => {
    const request = trainingRequest(start);
    assert.equal(request.TrainingJobName, "kennel-dev-dogs-261127183005");
    const origin = {
      KENNEL_TRAINING: "dogs",
      KENNEL_IMAGE: environment.imageUri,
      KENNEL_COMMIT: "0123abc",
    };
    assert.deepEqual(request.Environment, origin);
    assert.deepEqual(tuningRequest(start).TrainingJobDefinition?.Environment, origin);
    assert.equal(request.OutputDataConfig?.S3OutputPath, "s3://team-data/models/");
  });

  it("is refused where the stack has no jobs, not this one, or no search for it", () => {
    assert.throws(
      () => jobOfStack({ training: null }, "dev", "dogs"),
      /no training jobs.*pulumi up/,
    );
    const training = { roleArn: "", jobs: { dogs: job } };
    for (const name of ["cats", "toString", "__proto__"]) {
      assert.throws(() => jobOfStack({ training }, "dev", name), /no training job ".*jobs: dogs\./);
    }
    const { instanceType, instanceCount, trainingJob } = job;
    const alone = { instanceType, instanceCount, trainingJob };
    assert.throws(
      () => tuningRequest({ ...start, job: alone }),
      /"dogs" has no tuning.*Pulumi\.dev/,
    );
  });
});
