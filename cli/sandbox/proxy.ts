import { request as send } from "node:http";
import type { Readable } from "node:stream";

import type { FastifyReply, FastifyRequest } from "fastify";

/** About one connection, not about what passes through it. */
const HOP_BY_HOP = new Set(["connection", "expect", "keep-alive", "transfer-encoding"]);

/** Passes requests on to another server as they are: method, path, headers and body. */
export class Proxy {
  /** @param url the other server's */
  constructor(readonly url: string) {}

  /** @param body what has been read of the request already; its stream otherwise */
  pass(request: FastifyRequest, reply: FastifyReply, body?: Buffer): Promise<FastifyReply> {
    const { method, url, headers } = request.raw;
    const { hostname, port } = new URL(this.url);
    const isChunked = headers["transfer-encoding"] !== undefined && body === undefined;
    reply.hijack();
    return new Promise((resolve) => {
      const onward = send({
        hostname,
        port,
        method,
        path: url,
        headers: {
          ...passedOn(headers),
          ...(body && { "content-length": body.length }),
          ...(isChunked && { "transfer-encoding": "chunked" }),
        },
      });
      onward.once("response", (answer) => {
        reply.raw.writeHead(answer.statusCode!, passedOn(answer.headers));
        answer.pipe(reply.raw);
        answer.once("close", () => resolve(reply));
      });
      onward.once("error", () => {
        reply.raw.destroy();
        resolve(reply);
      });
      if (body === undefined) {
        (request.raw as Readable).pipe(onward);
      } else {
        onward.end(body);
      }
    });
  }
}

function passedOn<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}
