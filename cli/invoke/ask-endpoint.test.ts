import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";

import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import fastify, { type FastifyInstance } from "fastify";

import { startStandInHttp, type StandInHttp } from "../../infra/testing/stand-in-http";
import { clientSettings } from "../aws/clients";
import { inBucket } from "../aws/s3-address";
import type { Answer } from "../local/function-url";
import { type Sandbox, startSandbox } from "../sandbox/start";
import { inEnvironment } from "../testing/environment";
import { endpointAsker } from "./ask-endpoint";

const REGION = "us-east-1";
const BUCKET = "kennel-data";

/** S3 is moto's; what an async endpoint does with it is this test's own. */
describe("an async endpoint", function () {
  this.timeout(120_000);

  let sandbox: Sandbox;
  let control: StandInHttp;
  let runtime: FastifyInstance;
  let leave: () => void;
  let outcome: { readonly place: "answers" | "errors"; readonly body: string };
  const inputs: string[] = [];

  before(async () => {
    sandbox = await startSandbox();
    control = await startStandInHttp({
      "SageMaker.DescribeEndpoint": () => ({
        AsyncInferenceConfig: { OutputConfig: { S3OutputPath: `s3://${BUCKET}/answers/` } },
      }),
    });
    runtime = fastify();
    runtime.removeAllContentTypeParsers();
    runtime.addContentTypeParser("*", (_request, _body, done) => done(null));
    runtime.post("/endpoints/dogs/async-invocations", async (request, reply) => {
      const input = String(request.headers["x-amzn-sagemaker-inputlocation"]);
      inputs.push(input);
      const s3 = new S3Client(clientSettings(REGION));
      const { Body } = await s3.send(new GetObjectCommand(inBucket(input)));
      assert.equal(await Body!.transformToString(), "photo");
      const name = `${inputs.length}.out`;
      const Key = `${outcome.place}/${name}`;
      // The answer comes after the call has returned.
      setTimeout(() => {
        void s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: outcome.body }));
      }, 500);
      return reply
        .code(202)
        .headers({
          "x-amzn-sagemaker-outputlocation": `s3://${BUCKET}/answers/${name}`,
          "x-amzn-sagemaker-failurelocation": `s3://${BUCKET}/errors/${name}`,
        })
        .send({ InferenceId: "1" });
    });
    await runtime.listen({ host: "127.0.0.1", port: 0 });
    const { port } = runtime.server.address() as AddressInfo;
    leave = inEnvironment({
      ...sandbox.environment,
      AWS_ENDPOINT_URL_SAGEMAKER: control.url,
      AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: `http://127.0.0.1:${port}`,
    });
    await new S3Client(clientSettings(REGION)).send(new CreateBucketCommand({ Bucket: BUCKET }));
  });

  after(async () => {
    leave?.();
    control?.stop();
    await runtime?.close();
    await sandbox?.stop();
  });

  const ask = async (): Promise<Answer> => {
    const asker = await endpointAsker("dogs", { bucket: BUCKET, region: REGION });
    return asker({ bytes: Buffer.from("photo"), contentType: "image/jpeg" });
  };

  it("gives its refusal, which it leaves in the bucket", async () => {
    outcome = { place: "errors", body: "The photo is damaged." };
    const answer = await ask();
    assert.deepEqual(
      [answer.kind, answer.kind === "refused" && answer.message],
      ["refused", "The photo is damaged."],
    );
  });

  it("is asked by way of the bucket, where its role may read, and its answer is awaited there", async () => {
    outcome = { place: "answers", body: "[[0.2, 0.8]]" };
    const answer = await ask();
    assert.deepEqual(answer.kind === "classified" && answer.predictions, [
      { label: "class 1", probability: 0.8 },
      { label: "class 0", probability: 0.2 },
    ]);
    assert.match(inputs.at(-1)!, /^s3:\/\/kennel-data\/async\/dogs\/requests\//);
  });
});
