import type { FastifyRequest } from "fastify";
import { answerClientError } from "./protocol-refusals";

/**
 * Ends a connection whose request has not arrived in whole in time. Node's own timeout would hold for a batch's records as well, which are read no
 * faster than they are classified.
 */
export function limitReceiving({ raw }: FastifyRequest, timeoutMs: number): void {
  if (raw.complete) return;
  const timeout = Object.assign(new Error("too slow"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
  const timer = setTimeout(() => answerClientError(timeout, raw.socket), timeoutMs);
  const stop = () => clearTimeout(timer);
  raw.once("end", stop).once("close", stop);
}
