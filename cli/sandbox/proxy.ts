import { type IncomingMessage, request as send, type ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

import type { FastifyReply, FastifyRequest } from "fastify";

/** About one connection, not about what passes through it. */
const HOP_BY_HOP = new Set(["connection", "expect", "keep-alive", "transfer-encoding"]);

const CODE = "NotImplementedException";

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
        if (mayBePage(answer)) {
          void text(answer).then((page) => {
            if (page.startsWith("<!doctype html>")) {
              refuse(request.raw, reply.raw);
            } else {
              reply.raw.writeHead(answer.statusCode!, passedOn(answer.headers)).end(page);
            }
            resolve(reply);
          });
          return;
        }
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

/** Whether moto's web server may have answered instead of one of its services, for want of an operation. */
function mayBePage({ statusCode = 0, headers }: IncomingMessage): boolean {
  return statusCode >= 400 && headers["content-type"]?.startsWith("text/html") === true;
}

/** Says in AWS's protocols, JSON or query, that there is no such operation. */
function refuse({ method, url, headers }: IncomingMessage, answer: ServerResponse): void {
  const what = headers["x-amz-target"] ?? `${method} ${url}`;
  const message = `The sandbox's moto does not know this request: ${String(what)}.`;
  const isQuery = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  const [type, body] =
    isQuery === true
      ? [
          "text/xml",
          `<ErrorResponse><Error><Code>${CODE}</Code><Message>${message}</Message></Error></ErrorResponse>`,
        ]
      : ["application/json", JSON.stringify({ __type: CODE, message })];
  answer.writeHead(400, { "content-type": type, "x-amzn-errortype": CODE }).end(body);
}

function passedOn<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}
