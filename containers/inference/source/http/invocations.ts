import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import type { Classification, Classifier } from "../classifier";
import { RequestError } from "../errors";
import type { Metrics } from "../metrics";
import type { Settings } from "../settings";
import { kennelAnswer, plainAnswer } from "./answers";
import { BodyBudget } from "./body-budget";
import { answerType, bodyKind, kennelJson } from "./negotiation";

declare module "fastify" {
  interface FastifyReply {
    /** The error code that was answered, for the log and the metrics. */
    errorCode?: string;
    classification?: Classification;
  }
}

/** Fetches a photo's bytes. @throws RequestError saying why it can't */
export type FetchPhoto = (url: string, signal: AbortSignal) => Promise<Uint8Array>;

export interface InvocationsOptions {
  readonly settings: Settings;
  readonly classifier: Classifier;
  readonly metrics: Metrics;
  readonly notReadyReason: () => string | undefined;
  readonly fetchPhoto?: FetchPhoto;
}

const addressSchema = z.object({ url: z.string().min(1).max(2048) });

/** POST /invocations: a photo in, its scores out. */
export function addInvocationsRoute(app: FastifyInstance, options: InvocationsOptions): void {
  const { settings, classifier, metrics } = options;
  const bodies = new BodyBudget(settings.maxBufferedBytes, settings.maxBodyBytes);
  app.decorateReply("errorCode", undefined);
  app.decorateReply("classification", undefined);
  app.post("/invocations", {
    // Everything that can be refused by its headers is refused before its body is read.
    onRequest: async (request, reply) => {
      answerType(request.headers.accept);
      const kind = bodyKind(request.headers["content-type"]);
      if (kind === "json" && !options.fetchPhoto) throw fetchingDisabled();
      const reason = options.notReadyReason();
      if (reason) throw new RequestError(503, "not_ready", `Not ready: ${reason}.`, 1);
      classifier.admission.check();
      bodies.reserve(request, reply);
    },
    handler: async (request, reply) => {
      const startedAt = performance.now();
      const classification = await withDeadline(reply, settings.deadlineMs, async (signal) => {
        const photo = await photoOf(request, signal, options.fetchPhoto);
        return classifier.classify(photo, signal);
      });
      reply.classification = classification;
      metrics.classified(classification.timings);
      const type = answerType(request.headers.accept);
      void reply.type(type);
      if (type !== kennelJson) return plainAnswer(classification);
      const model = { name: await classifier.modelName(), classes: classifier.classes };
      return kennelAnswer(classification, model, performance.now() - startedAt);
    },
    onResponse: async (request, reply) => {
      metrics.answered(reply.statusCode, reply.elapsedTime, reply.errorCode);
      logAnswer(request, reply);
    },
  });
}

async function photoOf(
  request: FastifyRequest,
  signal: AbortSignal,
  fetchPhoto: FetchPhoto | undefined,
): Promise<Uint8Array> {
  const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
  if (bodyKind(request.headers["content-type"]) === "photo") return body;
  if (!fetchPhoto) throw fetchingDisabled();
  return fetchPhoto(addressOf(body), signal);
}

function addressOf(body: Buffer): string {
  const expected = 'expected {"url": "https://example.com/photo.jpg"}';
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new RequestError(400, "invalid_json", `The body is not JSON: ${expected}.`);
  }
  const result = addressSchema.safeParse(value);
  if (result.success) return result.data.url;
  throw new RequestError(400, "invalid_json", `The JSON has no usable "url": ${expected}.`);
}

function fetchingDisabled(): RequestError {
  return new RequestError(
    415,
    "fetching_disabled",
    "Fetching photos by URL is disabled on this server: send the photo itself as image/jpeg, image/png or image/webp, or start it with KENNEL_FETCH_PHOTOS=true.",
  );
}

/** Runs work until the deadline passes or the client goes; work that has not begun by then is dropped. */
async function withDeadline<T>(
  reply: FastifyReply,
  deadlineMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onClose = () => {
    controller.abort(new RequestError(499, "client_closed", "The client closed the connection."));
  };
  const timer = setTimeout(() => {
    const message = `The photo was not classified within ${deadlineMs} ms.`;
    controller.abort(new RequestError(504, "deadline_exceeded", message, 1));
  }, deadlineMs);
  reply.raw.once("close", onClose);
  const aborted = new Promise<never>((_resolve, reject) => {
    const { signal } = controller;
    signal.addEventListener("abort", () => reject(signal.reason as RequestError), { once: true });
  });
  try {
    return await Promise.race([work(controller.signal), aborted]);
  } finally {
    clearTimeout(timer);
    reply.raw.off("close", onClose);
  }
}

function logAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const timings = reply.classification?.timings;
  const fields = {
    event: "invocation",
    status: reply.statusCode,
    bytes: Buffer.isBuffer(request.body) ? request.body.length : 0,
    total_ms: Math.round(reply.elapsedTime * 100) / 100,
    ...(reply.errorCode && { error: reply.errorCode }),
    ...(timings && {
      queue_ms: Math.round(timings.queueMs * 100) / 100,
      decode_ms: Math.round(timings.decodeMs * 100) / 100,
      inference_ms: Math.round(timings.inferenceMs * 100) / 100,
    }),
  };
  if (reply.statusCode >= 500) request.log.warn(fields, "not classified");
  else request.log.info(fields, reply.errorCode ? "refused" : "classified");
}
