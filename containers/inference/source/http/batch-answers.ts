import { PassThrough, pipeline, Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Classification } from "../classifier";
import { RequestError } from "../errors";
import type { BodyAccount } from "./body-budget";
import { answerOf, type AnswerContext } from "./answers";
import { withDeadline } from "./deadline";
import { inOrder } from "./in-order";
import type { InvocationsOptions } from "./invocations";
import { linesOf, type Line } from "./lines";
import { photoOfRecord } from "./records";

/**
 * Answers that wait for a client which sends everything before it reads anything. Beyond them, no further records are read until it reads.
 */
const bufferedAnswerBytes = 32 * 1024 * 1024;

/** Base64 takes four bytes for three; a little is for the JSON around it. */
const lineBytesOf = (photoBytes: number) => Math.ceil(photoBytes / 3) * 4 + 1024;

/**
 * Answers JSON lines line by line, in order and while they arrive, with as many photos in work as the workers keep busy. A record that fails is answered
 * `{"error": {"code", "message"}}` in its place and does no harm to the others; where the next one does not come, such a line is the last. Each record has
 * its own deadline.
 */
export function answerLines(
  body: Readable,
  request: FastifyRequest,
  reply: FastifyReply,
  account: BodyAccount,
  options: InvocationsOptions,
  context: AnswerContext,
): Readable {
  const { settings, classifier, metrics } = options;
  const records = { classified: 0, failed: 0 };
  reply.records = records;
  // One listener for each photo in work.
  reply.raw.setMaxListeners(classifier.width + 10);

  const classify = ({ content }: Line): Promise<Classification> =>
    withDeadline(reply, settings.deadlineMs, async (signal) => {
      if (content instanceof RequestError) throw content;
      const photo = await photoOfRecord(content, signal, options.fetchPhoto);
      return classifier.classify(photo, signal, { isPatient: true });
    });

  const answer = async (line: Line): Promise<string> => {
    const startedAt = performance.now();
    try {
      const classification = await classify(line);
      records.classified += 1;
      metrics.classified(classification.timings);
      const result = { classification, totalMs: performance.now() - startedAt };
      return answerOf(request.answerType, [result], context, false) as string;
    } catch (error) {
      // Nobody is there to answer any more.
      if (reply.raw.destroyed) throw error;
      records.failed += 1;
      if (!(error instanceof RequestError)) request.log.error({ err: error }, "unexpected error");
      return failureLine(error);
    } finally {
      account.give(line.counted);
    }
  };

  const limits = {
    maxBytes: lineBytesOf(settings.maxBodyBytes),
    timeoutMs: settings.requestTimeoutMs,
    account,
  };
  async function* answers(): AsyncGenerator<string> {
    try {
      yield* inOrder(linesOf(body, limits), classifier.width, answer);
    } catch (error) {
      if (!(error instanceof RequestError) || reply.raw.destroyed) throw error;
      reply.errorCode = error.code;
      // The rest of the body may still come: the connection is of no use to anybody else.
      reply.raw.once("finish", () => request.raw.socket.destroySoon());
      yield failureLine(error);
    }
  }
  const buffer = new PassThrough({ writableHighWaterMark: bufferedAnswerBytes });
  return pipeline(Readable.from(answers()), buffer, () => undefined);
}

function failureLine(error: unknown): string {
  return `${JSON.stringify({ error: explanation(error) })}\n`;
}

function explanation(error: unknown): { code: string; message: string } {
  if (error instanceof RequestError) return { code: error.code, message: error.message };
  return { code: "internal_error", message: "The server failed; its log has the reason." };
}
