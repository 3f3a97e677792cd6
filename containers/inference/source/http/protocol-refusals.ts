import { STATUS_CODES, type Server } from "node:http";
import type { Duplex } from "node:stream";

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const clientErrors: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: "request_timeout",
    message: "The request took too long to arrive.",
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: "headers_too_large",
    message: "The headers are too large.",
  },
};
const notHttp: Refusal = {
  status: 400,
  code: "bad_request",
  message: "The request is not valid HTTP.",
};
const unknownExpectation: Refusal = {
  status: 417,
  code: "expectation_failed",
  message: "The only expectation that is met is 100-continue.",
};
const noTunnel: Refusal = {
  status: 405,
  code: "method_not_allowed",
  message: "This server opens no tunnels: CONNECT is not allowed.",
};

/** Answers what is not even HTTP, or comes too slowly: there is no request to reply to yet. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code !== "ECONNRESET") refuse(socket, clientErrors[error.code ?? ""] ?? notHttp);
  else socket.destroy();
}

/** Gives a reason where Node.js would refuse by itself, without one, before a request is dispatched. */
export function answerProtocolRefusals(server: Server): void {
  server.on("checkExpectation", (request) => refuse(request.socket, unknownExpectation));
  server.on("connect", (_request, socket) => refuse(socket, noTunnel));
}

function refuse(socket: Duplex, { status, code, message }: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ error: { code, message } });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 405 ? ["Allow: GET, POST"] : []),
    "Connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
