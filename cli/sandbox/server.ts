import { randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";

import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";

import type { Account } from "./account";
import { UserError } from "../output/failure";
import { AwsError, validationException } from "./aws-error";
import { addFunctionUrlRoutes } from "./function-url-routes";
import { addLambdaRoutes } from "./lambda-routes";
import { addOwnRoutes } from "./own-routes";
import type { Proxy } from "./proxy";
import { Refusals } from "./refusals";
import { addRuntimeRoutes } from "./runtime-routes";
import type { SageMaker } from "./sagemaker/service";

const TARGET = "SageMaker.";

/** The account on one address: SageMaker is answered here, the rest by moto. */
export function createSandboxServer(
  account: Account,
  proxy: Proxy,
  region: string,
): FastifyInstance {
  const server = fastify({
    logger: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2048 },
  });
  // Bodies stay streams: most pass through.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

  const nameFor = (request: FastifyRequest) => regionOf(request) ?? region;
  const regionFor = (request: FastifyRequest) => account.region(nameFor(request));
  const refusals = new Refusals();
  server.addHook("onRequest", async (request, reply) => refusals.answer(request, reply));
  addOwnRoutes(server, account, refusals);
  addRuntimeRoutes(server, (request) => regionFor(request).sageMaker);
  addLambdaRoutes(server, (request) => regionFor(request).functions);
  addFunctionUrlRoutes(server, proxy.url, nameFor, (name) => account.region(name).functions);
  server.all("*", async (request, reply) => {
    const target = String(request.headers["x-amz-target"]);
    if (!target.startsWith(TARGET)) {
      return proxy.pass(request, reply);
    }
    const body = await buffer(request.raw);
    const [status, answer] = await answerOf(
      regionFor(request).sageMaker,
      target.slice(TARGET.length),
      body,
    );
    return answer === undefined
      ? proxy.pass(request, reply, body)
      : reply
          .code(status)
          .header("x-amzn-RequestId", randomUUID())
          .type("application/x-amz-json-1.1")
          .send(JSON.stringify(answer, withSeconds));
  });
  return server;
}

/** The region that a request is signed for. */
function regionOf({ headers }: FastifyRequest): string | undefined {
  return /Credential=[^/,]+\/\d+\/([^/,]+)\//.exec(String(headers.authorization))?.[1];
}

/**
 * The status and the answer in AWS's JSON protocol; undefined where it is for moto to answer.
 *
 * Source: smithy.io, "AWS JSON 1.1 protocol"
 */
async function answerOf(
  sageMaker: SageMaker,
  operation: string,
  body: Buffer,
): Promise<[number, unknown]> {
  try {
    const request = JSON.parse(body.toString() || "{}") as Record<string, unknown>;
    return [200, await sageMaker.answer(operation, request)];
  } catch (error) {
    const { code, status, message } =
      error instanceof AwsError
        ? error
        : error instanceof UserError
          ? validationException(error.message)
          : new AwsError("InternalFailure", (error as Error).message, 500);
    return [status, { __type: code, message }];
  }
}

/** Dates are numbers of seconds. */
function withSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}
