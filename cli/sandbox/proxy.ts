import { once } from "node:events";
import { type IncomingMessage, request as send } from "node:http";
import { text } from "node:stream/consumers";

import type { FastifyReply, FastifyRequest } from "fastify";

import { AwsError } from "./aws-error";

/** About one connection, not about what passes through it. */
const HOP_BY_HOP = new Set(["connection", "expect", "keep-alive", "transfer-encoding"]);

/**
 * Passes a request on to moto as it is: method, path, headers and body.
 *
 * @param body what has been read of the request already; its stream otherwise
 * @throws AwsError where moto knows no such operation
 */
export async function passOn(
  motoUrl: string,
  { raw }: FastifyRequest,
  reply: FastifyReply,
  body?: Buffer,
): Promise<FastifyReply> {
  const { method, url, headers } = raw;
  const onward = send(motoUrl, { method, path: url!, headers: passedOn(headers) });
  if (body === undefined) {
    raw.pipe(onward);
  } else {
    onward.end(body);
  }
  const [answer] = (await once(onward, "response")) as [IncomingMessage];
  void reply.code(answer.statusCode!).headers(passedOn(answer.headers));
  const isPage = answer.headers["content-type"]?.startsWith("text/html") === true;
  if (answer.statusCode! < 400 || !isPage) {
    return reply.send(answer);
  }
  // moto's web server may have answered instead of one of its services, for want of an operation.
  const page = await text(answer);
  if (page.startsWith("<!doctype html>")) {
    const what = headers["x-amz-target"] ?? `${method} ${url}`;
    const message = `The sandbox's moto does not know this request: ${String(what)}.`;
    throw new AwsError("NotImplementedException", message);
  }
  return reply.send(page);
}

function passedOn<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}
