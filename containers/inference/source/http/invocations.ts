import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import pMap from "p-map";
import type { Classification } from "../inference/pool";
import type { Source } from "../photo/pixels";
import type { Settings } from "../settings";
import { answerOf, rounded, timingsOf, type AnswerContext } from "./answers";
import { answerLines } from "./batch-answers";
import { checkLength } from "./body";
import { BodyBudget, type BodyAccount } from "./body-budget";
import { withDeadline } from "./deadline";
import { maxBatchBytes } from "./lines";
import { answerType, bodyKind, type AnswerType, type BodyKind } from "./negotiation";
import { checkReady, type RouteOptions } from "./options";
import { readImages } from "./npy";
import { photoOfRecord } from "./records";

declare module "fastify" {
  interface FastifyReply {
    /** The error code that was answered, for the log and the metrics. */
    errorCode?: string;
    /** Of the photo, where the request had one. */
    classification?: Classification;
    /** Photos classified and records that failed, where the request had many. */
    records?: { classified: number; failed: number };
  }
  interface FastifyRequest {
    kind: BodyKind;
    answerType: AnswerType;
    /** Of its body, which is gone once a worker has it. */
    bodyBytes: number;
    /** Where the bytes of its body are counted. */
    account?: BodyAccount;
  }
}

/** POST /invocations: photos in, their scores out. */
export function addInvocationsRoute(app: FastifyInstance, options: RouteOptions): void {
  const { settings, classifier, metrics } = options;
  const bodies = new BodyBudget(settings.maxBufferedBytes);
  app.decorateReply("errorCode", undefined);
  app.decorateReply("classification", undefined);
  app.decorateReply("records", undefined);
  app.decorateRequest("kind", "photo");
  app.decorateRequest("answerType", "application/json");
  app.decorateRequest("bodyBytes", 0);
  app.decorateRequest("account", undefined);
  app.post("/invocations", {
    // Everything that can be refused by its headers is refused before its body is read.
    onRequest: (request, reply, done) => {
      request.kind = bodyKind(request.headers["content-type"]);
      // Fastify would refuse an empty one.
      request.headers["content-type"] ||= "application/octet-stream";
      request.answerType = answerType(request.headers.accept, request.kind);
      checkReady(options);
      classifier.admission.check();
      const length = Number(request.headers["content-length"] ?? 0);
      checkLength(length, maxBytesOf(request, settings));
      bodies.check(length);
      const account = bodies.open();
      reply.raw.once("close", () => account.close());
      request.account = account;
      done();
    },
    handler: async (request, reply) => {
      const context = { name: classifier.modelName!, classes: classifier.classes };
      const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
      request.bodyBytes = body.length;
      if (request.kind === "tensor") return answerTensor(body, request, reply, options, context);
      if (request.kind === "lines") {
        void reply.type(request.answerType);
        return answerLines(body, request, reply, options, context);
      }
      const startedAt = performance.now();
      const classification = await withDeadline(reply, settings.deadlineMs, async (signal) => {
        const isPhoto = request.kind === "photo" && !startsAsJson(body);
        const photo = isPhoto ? body : await photoOfRecord(body, signal, options.fetchPhoto);
        return classifier.classify(photo, signal);
      });
      reply.classification = classification;
      metrics.classified(classification);
      void reply.type(request.answerType);
      const results = [{ classification, totalMs: performance.now() - startedAt }];
      return answerOf(request.answerType, results, context, false);
    },
    onResponse: (request, reply, done) => {
      metrics.answered(reply.statusCode, reply.elapsedTime, reply.errorCode);
      logAnswer(request, reply);
      done();
    },
  });
}

/** Bytes of the largest body: one photo, or as many records as batch transform sends at a time. */
export function maxBytesOf({ kind }: FastifyRequest, { maxBodyBytes }: Settings): number {
  return kind === "lines" ? Math.max(maxBatchBytes, maxBodyBytes) : maxBodyBytes;
}

/** Whether a body begins as a JSON object does, perhaps with a byte-order mark; no photo does. */
function startsAsJson(body: Buffer): boolean {
  return /^(\xef\xbb\xbf)?\s*\{/.test(body.toString("latin1", 0, 64));
}

/** Answers the images of a NumPy array, all within one deadline. */
async function answerTensor(
  body: Buffer,
  request: FastifyRequest,
  reply: FastifyReply,
  { settings, classifier, metrics }: RouteOptions,
  context: AnswerContext,
): Promise<unknown> {
  const { images, areMany } = readImages(body, settings.maxPixels);
  const startedAt = performance.now();
  const results = await withDeadline(reply, settings.deadlineMs, async (signal) => {
    const classify = async (image: Source) => {
      const classification = await classifier.classify(image, signal, { isPatient: true });
      metrics.classified(classification);
      return { classification, totalMs: performance.now() - startedAt };
    };
    return pMap(images, classify, { concurrency: classifier.width });
  });
  reply.records = { classified: results.length, failed: 0 };
  void reply.type(request.answerType);
  return answerOf(request.answerType, results, context, areMany);
}

function logAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const fields = {
    event: "invocation",
    status: reply.statusCode,
    bytes: request.bodyBytes,
    total_ms: rounded(reply.elapsedTime),
    ...(reply.errorCode && { error: reply.errorCode }),
    ...reply.records,
    ...(reply.classification && timingsOf(reply.classification)),
  };
  if (reply.statusCode >= 500) request.log.warn(fields, "not classified");
  else request.log.info(fields, reply.errorCode ? "refused" : "classified");
}
