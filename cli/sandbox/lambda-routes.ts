import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

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
    void reply.header("x-amzn-RequestId", randomUUID());
    try {
      return await invoke(functionsOf(request), request, reply);
    } catch (error) {
      const { code, status, message } = refusalOf(error as Error);
      return reply
        .code(status)
        .header("x-amzn-ErrorType", code)
        .send({ Type: "User", Message: message });
    }
  });
}

async function invoke(
  functions: Functions,
  request: FastifyRequest<Call>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const payload = (await text(request.raw)) || "{}";
  requirePayload(payload);
  const { name } = request.params;
  const invoked = functions.invoke({ name, qualifier: request.query.Qualifier, payload });
  if (request.headers["x-amz-invocation-type"] === "Event") {
    invoked.catch(() => undefined);
    return reply.code(202).send();
  }
  const { payload: answer, functionError, version } = await invoked;
  if (functionError !== undefined) {
    void reply.header("x-amz-function-error", functionError);
  }
  return reply.header("x-amz-executed-version", version).type("application/json").send(answer);
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

/** moto's refusals pass as they are. */
export function refusalOf(error: Error): AwsError {
  const { httpStatusCode = 500 } =
    (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  return error instanceof AwsError
    ? error
    : new AwsError(
        httpStatusCode === 500 ? "ServiceException" : error.name,
        error.message,
        httpStatusCode,
      );
}
