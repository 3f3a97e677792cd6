import { setMaxListeners } from "node:events";
import type { FastifyReply } from "fastify";
import { RequestError } from "../errors";

/**
 * Runs work until the deadline passes or the client goes; work that has not begun by then is dropped.
 * @throws RequestError 504 or 499; whatever the work throws
 */
export async function withDeadline<T>(
  reply: FastifyReply,
  deadlineMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  // The images of an array listen to it together.
  setMaxListeners(0, controller.signal);
  const onClose = () => {
    controller.abort(new RequestError("client_closed", "The client closed the connection."));
  };
  const timer = setTimeout(() => {
    const message = `The photo was not classified within ${deadlineMs} ms.`;
    controller.abort(new RequestError("deadline_exceeded", message));
  }, deadlineMs);
  if (reply.raw.destroyed) onClose();
  reply.raw.once("close", onClose);
  const { signal } = controller;
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as RequestError);
    signal.addEventListener("abort", () => reject(signal.reason as RequestError), { once: true });
  });
  try {
    return await Promise.race([work(signal), aborted]);
  } finally {
    clearTimeout(timer);
    reply.raw.off("close", onClose);
  }
}
