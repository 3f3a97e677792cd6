import { STATUS_CODES, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { RequestError } from "../errors";

const clientErrors: Readonly<Record<string, RequestError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new RequestError(
    "request_timeout",
    "The request took too long to arrive.",
  ),
  HPE_HEADER_OVERFLOW: new RequestError("headers_too_large", "The headers are too large."),
};
const notHttp = new RequestError("bad_request", "The request is not valid HTTP.");
const unknownExpectation = new RequestError(
  "expectation_failed",
  "The only expectation that is met is 100-continue.",
);
const noTunnel = new RequestError(
  "method_not_allowed",
  "This server opens no tunnels: CONNECT is not allowed.",
);

/** Answers a request that is not valid HTTP or comes too slowly: there is no Fastify reply yet. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code !== "ECONNRESET") refuse(socket, clientErrors[error.code ?? ""] ?? notHttp);
  else socket.destroy();
}

/** Gives a reason where Node.js would refuse by itself, without one, before a request is dispatched. */
export function answerProtocolRefusals(server: Server): void {
  server.on("checkExpectation", (request) => refuse(request.socket, unknownExpectation));
  server.on("connect", (_request, socket) => refuse(socket, noTunnel));
}

function refuse(socket: Duplex, { statusCode, code, message }: RequestError): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ error: { code, message } });
  const lines = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(statusCode === 405 ? ["Allow: GET, POST"] : []),
    "Connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
