import { text } from "node:stream/consumers";

import type { FastifyInstance, FastifyRequest } from "fastify";

import { LARGEST_EVENT_BYTES, TOO_LARGE_MESSAGE } from "../local/function-url";
import { AwsError } from "./aws-error";
import type { Functions } from "./lambda/functions";

interface Call {
  readonly Params: { readonly name: string };
  readonly Querystring: { readonly Qualifier?: string };
}

/** Lambda's Invoke; everything else of Lambda is moto's. */
export function addLambdaRoutes(
  server: FastifyInstance,
  functionsOf: (request: FastifyRequest) => Functions,
): void {
  server.post<Call>("/2015-03-31/functions/:name/invocations", async (request, reply) => {
    const payload = (await text(request.raw)) || "{}";
    requirePayload(payload);
    const { name } = request.params;
    const call = { name, qualifier: request.query.Qualifier, payload };
    const invoked = functionsOf(request).invoke(call);
    if (request.headers["x-amz-invocation-type"] === "Event") {
      invoked.catch(() => undefined);
      return reply.code(202).send();
    }
    const { payload: answer, functionError, version } = await invoked;
    if (functionError !== undefined) {
      void reply.header("x-amz-function-error", functionError);
    }
    return reply.header("x-amz-executed-version", version).type("application/json").send(answer);
  });
}

/** @throws AwsError where Lambda does not take it as an event */
export function requirePayload(payload: string): void {
  if (Buffer.byteLength(payload) > LARGEST_EVENT_BYTES) {
    throw new AwsError("RequestTooLargeException", TOO_LARGE_MESSAGE, 413);
  }
  try {
    JSON.parse(payload);
  } catch {
    throw new AwsError(
      "InvalidRequestContentException",
      "Could not parse request body into json: the payload is not valid JSON.",
    );
  }
}
