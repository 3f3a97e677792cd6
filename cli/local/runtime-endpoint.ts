import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";

const LARGEST_BODY = 25 * 1024 * 1024;

/** Endpoint name -> base URL of the container that serves it. */
export type Routes = Readonly<Record<string, string>>;

/**
 * SageMaker's runtime API (InvokeEndpoint) on loopback, in front of a container: the AWS SDK is pointed here by
 * AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME. Errors take the service's forms: an unknown endpoint is a ValidationError,
 * a container's error is a ModelError (424) with the original status and message.
 * Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export class RuntimeEndpoint {
  private constructor(private readonly server: FastifyInstance) {}

  static async start(routes: Routes): Promise<RuntimeEndpoint> {
    const server = fastify({ bodyLimit: LARGEST_BODY, logger: false });
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    server.post<{ Params: { name: string } }>("/endpoints/:name/invocations", (request, reply) =>
      invoke(routes, request, reply),
    );
    await server.listen({ host: "127.0.0.1", port: 0 });
    return new RuntimeEndpoint(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await this.server.close();
  }
}

async function invoke(
  routes: Routes,
  request: FastifyRequest<{ Params: { name: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  void reply.header("x-amzn-RequestId", randomUUID());
  const container = routes[request.params.name];
  if (container === undefined) {
    return refuse(reply, 400, "ValidationError", {
      Message: `Endpoint ${request.params.name} of account 000000000000 not found.`,
    });
  }
  const answer = await fetch(`${container}/invocations`, {
    method: "POST",
    headers: containerHeaders(request),
    body: request.body as BodyInit,
  });
  const body = Buffer.from(await answer.arrayBuffer());
  if (!answer.ok) {
    return refuse(reply, 424, "ModelError", {
      Message: `Received client error (${answer.status}) from primary with message "${body.toString()}".`,
      OriginalStatusCode: answer.status,
      OriginalMessage: body.toString(),
    });
  }
  const attributes = answer.headers.get(CUSTOM_ATTRIBUTES);
  if (attributes !== null) {
    void reply.header(CUSTOM_ATTRIBUTES, attributes);
  }
  return reply
    .code(200)
    .header("x-amzn-Invoked-Production-Variant", "primary")
    .type(answer.headers.get("content-type") ?? "application/octet-stream")
    .send(body);
}

const CUSTOM_ATTRIBUTES = "x-amzn-sagemaker-custom-attributes";

/** Of custom headers only the attributes survive the service; Accept and Content-Type are parameters of the call. */
function containerHeaders(request: FastifyRequest): Record<string, string> {
  const passed = ["content-type", "accept", CUSTOM_ATTRIBUTES].flatMap((name) => {
    const value = request.headers[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(passed);
}

function refuse(
  reply: FastifyReply,
  status: number,
  errorType: string,
  body: Record<string, unknown>,
): FastifyReply {
  return reply
    .code(status)
    .header("x-amzn-ErrorType", errorType)
    .type("application/json")
    .send(body);
}
