import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import Fastify, {
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from "fastify";
import { answerable, RequestError } from "../errors";
import { Metrics } from "../metrics";
import { addHealthRoutes } from "./health";
import { readBody } from "./body";
import { addInvocationsRoute, maxBytesOf } from "./invocations";
import type { ServerOptions } from "./options";
import { answerClientError, answerProtocolRefusals } from "./protocol-refusals";

const requestIdHeader = "x-amzn-sagemaker-custom-attributes";
/** Asynchronous inference names each request itself. */
const inferenceIdHeader = "x-amzn-sagemaker-inference-id";
const headersTimeoutMs = 10_000;

/**
 * Fastify's compilers for schemas, which no route here has, take a fifth of the time to start. (Its type wants all that Ajv's
 * compiler can do.)
 */
const noSchemas = {
  compilersFactory: {
    buildValidator: () => () => () => true,
    buildSerializer: () => () => (data: unknown) => JSON.stringify(data),
  },
} as unknown as NonNullable<FastifyServerOptions["schemaController"]>;

/** The HTTP server, not yet listening. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { settings, classifier } = options;
  const app = Fastify({
    logger: { level: settings.logLevel, base: null, stream: options.log },
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: "request_id",
    }),
    genReqId,
    requestTimeout: settings.requestTimeoutMs,
    // Longer than a load balancer keeps an idle connection, so that it is the one to close it.
    keepAliveTimeout: 75_000,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    schemaController: noSchemas,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
    http: {
      headersTimeout: Math.min(headersTimeoutMs, settings.requestTimeoutMs),
      // Nothing here depends on it, and Node.js would refuse without a reason.
      requireHostHeader: false,
      connectionsCheckingInterval: Math.min(1000, settings.requestTimeoutMs),
    },
  });
  const metrics = new Metrics(() => classifier.admission.inFlight, options.embeddedMetrics);
  // Bodies are bytes here, whatever they are called: /invocations has checked the Content-Type before a byte is read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (request: FastifyRequest, body: IncomingMessage) =>
    readBody(body, maxBytesOf(request, settings), request.account),
  );
  app.setErrorHandler(answerError);
  // Hooks with a callback: promises would be most of what they cost.
  app.addHook("onSend", (request, reply, payload, done) => {
    const attributes = request.headers[requestIdHeader];
    if (attributes === request.id) void reply.header(requestIdHeader, attributes);
    if (options.isStopping()) void reply.header("connection", "close");
    done(null, payload);
  });
  app.addHook("onResponse", (_request, _reply, done) => {
    // An answer that began before the end was in sight has promised to keep its connection.
    if (options.isStopping()) setImmediate(() => app.server.closeIdleConnections());
    done();
  });
  addHealthRoutes(app, { ...options, metrics });
  addInvocationsRoute(app, { ...options, metrics });
  answerUnknownRoutes(app);
  answerProtocolRefusals(app.server);
  return app;
}

/** SageMaker passes one custom header on: its sender finds it in the log and in the answer. */
function genReqId(request: { headers: IncomingMessage["headers"] }): string {
  const names = [request.headers[requestIdHeader], request.headers[inferenceIdHeader]];
  return names.find(isUsableId) ?? randomUUID();
}

function isUsableId(value: string | string[] | undefined): value is string {
  return typeof value === "string" && /^[\x20-\x7e]{1,1024}$/.test(value);
}

const methods: Readonly<Record<string, string>> = {
  "/ping": "GET",
  "/metrics": "GET",
  "/execution-parameters": "GET",
  "/invocations": "POST",
};

function answerUnknownRoutes(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0]!;
    const allowed = methods[path];
    if (allowed) {
      void reply.header("allow", allowed);
      throw new RequestError("method_not_allowed", `${path} answers ${allowed} only.`);
    }
    const known = Object.entries(methods).map(([route, method]) => `${method} ${route}`);
    throw new RequestError("not_found", `There is no such path; known are ${known.join(", ")}.`);
  });
}

function answerError(
  error: FastifyError | RequestError,
  { log }: Pick<FastifyRequest, "log">,
  reply: FastifyReply,
): FastifyReply {
  const status = error.statusCode ?? 500;
  const isTheirs = !(error instanceof RequestError) && status >= 400 && status < 500;
  const { code, message, statusCode, retryAfterSeconds } = isTheirs
    ? new RequestError("bad_request", `${error.message}.`, { status })
    : answerable(error, log);
  reply.errorCode = code;
  if (retryAfterSeconds !== undefined) void reply.header("retry-after", retryAfterSeconds);
  return reply.code(statusCode).send({ error: { code, message } });
}
