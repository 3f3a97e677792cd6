import { randomUUID } from "node:crypto";

import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";

import { UserError } from "../output/failure";
import { AwsError, validationException } from "./aws-error";

/** A server whose routes get bodies as streams, and throw what is answered in AWS's protocols as a refusal. */
export function createAwsServer(): FastifyInstance {
  const server = fastify({
    logger: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2048 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  server.addHook("onRequest", async (_request, reply) => {
    void reply.header("x-amzn-RequestId", randomUUID());
  });
  // Source: smithy.io, "AWS JSON 1.1 protocol", "AWS restJson1 protocol", "AWS query protocol"
  server.setErrorHandler((error: Error, request, reply) => {
    const { code, status, message, details } = awsErrorOf(error);
    const type = request.headers["content-type"] ?? "";
    const isQuery = type.startsWith("application/x-www-form-urlencoded");
    if (!isQuery && signedFor(request).service !== "s3") {
      const body = { __type: code, message, Message: message, ...details };
      return reply.code(status).header("x-amzn-ErrorType", code).send(body);
    }
    const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    const xml = `<Error><Code>${code}</Code><Message>${text}</Message></Error>`;
    const body = isQuery ? `<ErrorResponse>${xml}</ErrorResponse>` : xml;
    return reply.code(status).type("text/xml").send(body);
  });
  return server;
}

/** The region and the service that a request is signed for. */
export function signedFor({ headers }: FastifyRequest): { region?: string; service?: string } {
  const scope = /Credential=[^/,]+\/\d+\/(?<region>[^/,]+)\/(?<service>[^/,]+)\//;
  return scope.exec(String(headers.authorization))?.groups ?? {};
}

/** moto's refusals pass as they are. */
function awsErrorOf(error: Error & { $metadata?: { httpStatusCode?: number } }): AwsError {
  if (error instanceof AwsError) {
    return error;
  }
  if (error instanceof UserError || error instanceof SyntaxError) {
    return validationException(error.message);
  }
  const status = error.$metadata?.httpStatusCode;
  return status === undefined
    ? new AwsError("InternalFailure", error.message, 500)
    : new AwsError(error.name, error.message, status);
}
