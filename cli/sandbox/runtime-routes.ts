import { randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { AwsError } from "./aws-error";
import { CUSTOM_ATTRIBUTES, ModelError } from "./sagemaker/runtime";
import type { SageMaker } from "./sagemaker/service";

/** Of a request's headers only these reach a container. */
const PASSED_ON = ["content-type", "accept", CUSTOM_ATTRIBUTES];

/** SageMaker's runtime API: InvokeEndpoint. */
export function addRuntimeRoutes(
  server: FastifyInstance,
  sageMakerOf: (request: FastifyRequest) => SageMaker,
): void {
  server.post<{ Params: { name: string } }>(
    "/endpoints/:name/invocations",
    async (request, reply) => {
      void reply.header("x-amzn-RequestId", randomUUID());
      try {
        const { runtime } = sageMakerOf(request);
        const answer = await runtime.invoke({
          endpointName: request.params.name,
          targetVariant: headerOf(request, "x-amzn-sagemaker-target-variant"),
          headers: Object.fromEntries(
            PASSED_ON.flatMap((name) => {
              const value = headerOf(request, name);
              return value === undefined ? [] : [[name, value]];
            }),
          ),
          body: await buffer(request.raw),
        });
        if (answer.customAttributes !== undefined) {
          void reply.header(CUSTOM_ATTRIBUTES, answer.customAttributes);
        }
        return await reply
          .header("x-amzn-Invoked-Production-Variant", answer.variantName)
          .type(answer.contentType)
          .send(answer.body);
      } catch (error) {
        return refuse(reply, error);
      }
    },
  );
  server.post("/endpoints/:name/invocations-response-stream", (_request, reply) =>
    refuse(
      reply,
      new AwsError("ValidationError", "The sandbox's models don't answer in a stream."),
    ),
  );
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/** Errors in the forms of AWS's REST-JSON protocol. */
function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  const { code, status, message } =
    error instanceof AwsError
      ? error
      : new AwsError("InternalFailure", (error as Error).message, 500);
  return reply
    .code(status)
    .header("x-amzn-ErrorType", code)
    .type("application/json")
    .send(
      JSON.stringify({
        Message: message,
        ...(error instanceof ModelError && {
          OriginalStatusCode: error.originalStatus,
          OriginalMessage: error.originalMessage,
        }),
      }),
    );
}
