import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";

import fastify, { type FastifyInstance } from "fastify";

import { startStandInHttp, type StandInHttp } from "../../infra/testing/stand-in-http";
import type { Answer } from "../local/function-url";
import { inEnvironment } from "../testing/environment";
import { endpointAsker } from "./ask-endpoint";

const BUCKET = "kennel-data";

describe("an async endpoint", () => {
  let control: StandInHttp;
  let runtime: FastifyInstance;
  let leave: () => void;
  let outcome: { readonly place: "answers" | "errors"; readonly body: string };
  const inputs: string[] = [];
  /** What is in S3, by path. */
  const objects = new Map<string, string>();

  before(async () => {
    control = await startStandInHttp({
      "SageMaker.DescribeEndpoint": () => ({
        AsyncInferenceConfig: { OutputConfig: { S3OutputPath: `s3://${BUCKET}/answers/` } },
      }),
    });
    runtime = fastify();
    runtime.removeAllContentTypeParsers();
    runtime.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) =>
      done(null, body),
    );
    runtime.put(`/${BUCKET}/*`, (request, reply) => {
      objects.set(new URL(request.url, "http://s3").pathname, String(request.body));
      return reply.send();
    });
    runtime.get(`/${BUCKET}/*`, (request, reply) => {
      const found = objects.get(new URL(request.url, "http://s3").pathname);
      return found === undefined
        ? reply.code(404).type("application/xml").send("<Error><Code>NoSuchKey</Code></Error>")
        : reply.send(found);
    });
    runtime.post("/endpoints/dogs/async-invocations", (request, reply) => {
      const input = String(request.headers["x-amzn-sagemaker-inputlocation"]);
      inputs.push(input);
      assert.equal(objects.get(input.replace("s3:/", "")), "photo");
      const name = `${inputs.length}.out`;
      // The answer comes after the call has returned.
      setTimeout(() => objects.set(`/${BUCKET}/${outcome.place}/${name}`, outcome.body), 500);
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
      AWS_ACCESS_KEY_ID: "loopback",
      AWS_SECRET_ACCESS_KEY: "loopback",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ENDPOINT_URL_SAGEMAKER: control.url,
    });
  });

  after(async () => {
    leave?.();
    control?.stop();
    await runtime?.close();
  });

  const ask = async (): Promise<Answer> => {
    const asker = await endpointAsker("dogs", { bucket: BUCKET, region: "us-east-1" });
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
