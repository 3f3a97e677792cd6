import { setImmediate as nextTurn } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import pMap from "p-map";
import { answerable, RequestError } from "../errors";
import { answerOf, type AnswerContext } from "./answers";
import { withDeadline } from "./deadline";
import { linesOf } from "./lines";
import type { RouteOptions } from "./options";
import { photoOfRecord } from "./records";

/** Base64 takes four bytes for three; a little is for the JSON around it. */
const lineBytesOf = (photoBytes: number) => Math.ceil(photoBytes / 3) * 4 + 1024;

/**
 * Answers JSON lines line by line, in order, with as many photos in work as the workers keep busy. A record that fails is
 * answered `{"error": {"code", "message"}}` in its place and does no harm to the others. Each record has its own deadline.
 */
export async function answerLines(
  body: Buffer,
  request: FastifyRequest,
  reply: FastifyReply,
  { settings, classifier, metrics, fetchPhoto }: RouteOptions,
  context: AnswerContext,
): Promise<string> {
  const records = { classified: 0, failed: 0 };
  reply.records = records;
  // One listener for each photo in work.
  reply.raw.setMaxListeners(classifier.width + 10);

  const answer = async (line: Buffer | RequestError): Promise<string> => {
    const startedAt = performance.now();
    try {
      const classification = await withDeadline(reply, settings.deadlineMs, async (signal) => {
        if (line instanceof RequestError) throw line;
        const photo = await photoOfRecord(line, signal, fetchPhoto);
        return classifier.classify(photo, signal, { isPatient: true });
      });
      records.classified += 1;
      metrics.classified(classification);
      const result = { classification, totalMs: performance.now() - startedAt };
      return answerOf(request.answerType, [result], context, false) as string;
    } catch (error) {
      // Nobody is there to answer any more.
      if (reply.raw.destroyed) throw error;
      records.failed += 1;
      const { code, message } = answerable(error, request.log);
      // A bad record takes no turn of the event loop: millions of them would keep every other request from theirs.
      await nextTurn();
      return `${JSON.stringify({ error: { code, message } })}\n`;
    }
  };

  const lines = linesOf(body, lineBytesOf(settings.maxBodyBytes));
  return (await pMap(lines, answer, { concurrency: classifier.width })).join("");
}
