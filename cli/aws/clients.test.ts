import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { DescribeEndpointCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";

import { UserError } from "../output/failure";
import { clientSettings, explainAwsError } from "./clients";

describe("AWS clients", () => {
  let server: Server;
  let answer: { status: number; type: string; message: string };
  const environment = { ...process.env };

  before(async () => {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ __type: answer.type, message: answer.message }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE";
    process.env["AWS_SECRET_ACCESS_KEY"] = "secret";
  });

  after(() => {
    server.close();
    process.env = environment;
  });

  const describeEndpoint = (): Promise<unknown> =>
    new SageMakerClient({ ...clientSettings(), maxAttempts: 1 })
      .send(new DescribeEndpointCommand({ EndpointName: "main" }))
      .catch((error: unknown) => {
        throw explainAwsError(error);
      });

  for (const [type, expected] of [
    ["ExpiredTokenException", /have expired: log in again/],
    ["UnrecognizedClientException", /does not accept the credentials/],
    ["AccessDeniedException", /kennel policy deployer/],
    ["ThrottlingException", /throttles .* wait a minute/],
  ] as const) {
    it(`says what to do about ${type}`, async () => {
      answer = { status: 400, type, message: "no" };
      await assert.rejects(describeEndpoint, (error: Error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, expected);
        return true;
      });
    });
  }

  it("knows an endpoint that is not there", async () => {
    answer = {
      status: 400,
      type: "ValidationException",
      message: 'Could not find endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/main".',
    };
    await assert.rejects(describeEndpoint, /there is no such endpoint: kennel status/);
  });

  it("leaves other errors as they are", async () => {
    answer = { status: 400, type: "ValidationException", message: "1 validation error" };
    await assert.rejects(describeEndpoint, { name: "ValidationException" });
    const own = new Error("own");
    assert.equal(explainAwsError(own), own);
  });

  it("says that nothing answers at AWS_ENDPOINT_URL", async () => {
    process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9";
    await assert.rejects(describeEndpoint, /nothing answers at http:\/\/127.0.0.1:9/);
  });

  it("name buckets in the path at such a URL alone", () => {
    assert.equal(clientSettings().forcePathStyle, true);
    delete process.env["AWS_ENDPOINT_URL"];
    assert.equal(clientSettings("eu-north-1").forcePathStyle, undefined);
    assert.equal(clientSettings("eu-north-1").region, "eu-north-1");
  });
});
