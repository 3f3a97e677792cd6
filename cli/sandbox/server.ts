import { buffer } from "node:stream/consumers";

import type { FastifyInstance, FastifyRequest } from "fastify";

import type { Account } from "./account";
import { createAwsServer, signedFor } from "./aws-server";
import { addFunctionUrlRoutes } from "./function-url-routes";
import { addLambdaRoutes } from "./lambda-routes";
import { addOwnRoutes } from "./own-routes";
import { passOn } from "./proxy";
import { Refusals } from "./refusals";
import { addRuntimeRoutes } from "./runtime-routes";

const TARGET = "SageMaker.";

/** The account on one address: SageMaker is answered here, the rest by moto. */
export function createSandboxServer(
  account: Account,
  motoUrl: string,
  region: string,
): FastifyInstance {
  const server = createAwsServer();
  const nameFor = (request: FastifyRequest) => signedFor(request).region ?? region;
  const regionFor = (request: FastifyRequest) => account.region(nameFor(request));
  const refusals = new Refusals();
  server.addHook("onRequest", async (request) => refusals.meet(request));
  addOwnRoutes(server, account, refusals);
  addRuntimeRoutes(server, (request) => regionFor(request).sageMaker);
  addLambdaRoutes(server, (request) => regionFor(request).functions);
  addFunctionUrlRoutes(server, motoUrl, nameFor, (name) => account.region(name).functions);
  server.all("*", async (request, reply) => {
    const target = String(request.headers["x-amz-target"]);
    if (!target.startsWith(TARGET)) {
      return passOn(motoUrl, request, reply);
    }
    const body = await buffer(request.raw);
    const asked = JSON.parse(body.toString() || "{}") as Record<string, unknown>;
    const answer = await regionFor(request).sageMaker.answer(target.slice(TARGET.length), asked);
    return answer === undefined
      ? passOn(motoUrl, request, reply, body)
      : reply.type("application/x-amz-json-1.1").send(JSON.stringify(answer, withSeconds));
  });
  return server;
}

/** Dates are numbers of seconds. */
function withSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}
