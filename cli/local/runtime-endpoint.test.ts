import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

import {
  InvokeEndpointCommand,
  ModelError,
  SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";

import { type LoopbackServer, startRuntime } from "./runtime-endpoint";

describe("SageMaker's runtime API on loopback", () => {
  let container: Server;
  let endpoint: LoopbackServer;
  let client: SageMakerRuntimeClient;
  let received: { path: string; headers: IncomingMessage["headers"]; body: Buffer };
  let answer: { status: number; type: string; body: string };

  before(async () => {
    container = createServer((request, response) => {
      void buffer(request).then((body) => {
        received = { path: request.url!, headers: request.headers, body };
        response.writeHead(answer.status, {
          "content-type": answer.type,
          "x-amzn-sagemaker-custom-attributes": "seen",
        });
        response.end(answer.body);
      });
    }).listen(0, "127.0.0.1");
    await once(container, "listening");
    const { port } = container.address() as AddressInfo;
    endpoint = await startRuntime({ main: `http://127.0.0.1:${port}` });
    client = new SageMakerRuntimeClient({
      endpoint: endpoint.url,
      region: "us-east-1",
      credentials: { accessKeyId: "loopback", secretAccessKey: "loopback" },
    });
  });

  after(async () => {
    client.destroy();
    await endpoint.stop();
    container.close();
  });

  const invoke = (name: string, body: Uint8Array) =>
    client.send(
      new InvokeEndpointCommand({
        EndpointName: name,
        Body: body,
        ContentType: "image/png",
        Accept: "application/json",
        CustomAttributes: "request-7",
      }),
    );

  it("passes bytes, types and custom attributes on, and the answer back", async () => {
    answer = { status: 200, type: "application/json", body: "[[1,2]]" };
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 256);
    const response = await invoke("main", bytes);
    assert.equal(Buffer.from(response.Body).toString(), "[[1,2]]");
    assert.equal(response.ContentType, "application/json");
    assert.equal(response.CustomAttributes, "seen");
    assert.equal(received.path, "/invocations");
    assert.deepEqual(received.body, Buffer.from(bytes));
    assert.equal(received.headers["content-type"], "image/png");
    assert.equal(received.headers.accept, "application/json");
    assert.equal(received.headers["x-amzn-sagemaker-custom-attributes"], "request-7");
  });

  it("does not leak the caller's signature to the container", async () => {
    answer = { status: 200, type: "application/json", body: "[]" };
    await invoke("main", new Uint8Array([1]));
    assert.equal(received.headers.authorization, undefined);
  });

  it("reports a container's error as a ModelError with the original status", async () => {
    answer = { status: 415, type: "application/json", body: '{"error":{"message":"no photo"}}' };
    await assert.rejects(invoke("main", new Uint8Array([1])), (error: unknown) => {
      assert.ok(error instanceof ModelError);
      assert.equal(error.OriginalStatusCode, 415);
      assert.match(error.OriginalMessage!, /no photo/);
      return true;
    });
  });

  it("refuses an endpoint that is not there as a ValidationError", async () => {
    await assert.rejects(invoke("elsewhere", new Uint8Array([1])), {
      name: "ValidationError",
      message: /Endpoint elsewhere .*not found/,
    });
  });
});
