import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { fetchPhoto } from "./index";
import { Loopback, PUBLIC, refusal } from "./test-support/loopback";
import { startPhotoServer } from "./test-support/photo-server";

describe("fetchPhoto: a server", () => {
  const loopback = Loopback.use();

  it("that answers with another status is named with it", async () => {
    for (const status of [204, 206, 404, 403, 500]) {
      loopback.handle = (_request, response) => response.writeHead(status).end();
      const error = await refusal("unexpected_status", loopback.fetch("/x?token=1"));
      assert.match(error.message, new RegExp(`/x was answered with status ${status}; needed: 200`));
    }
  });

  it("that is too busy says when to try again", async () => {
    for (const [status, header, seconds] of [
      [429, "7", 7],
      [503, undefined, 10],
      [503, "soon", 10],
      [502, "99999999", 3600],
      [504, "Mon, 01 Jan 2001 00:00:00 GMT", 1],
    ] as const) {
      loopback.handle = (_request, response) =>
        response.writeHead(status, header === undefined ? {} : { "retry-after": header }).end();
      const error = await refusal("host_busy", loopback.fetch());
      assert.deepEqual([error.statusCode, error.retryAfterSeconds], [503, seconds]);
      assert.match(error.message, new RegExp(`status ${status}: .*Try again in ${seconds} s`));
    }
  });

  it("that never answers is given up after the total limit", async () => {
    loopback.handle = () => undefined;
    await refusal("photo_timeout", loopback.fetch("/", { timeoutMs: 200 }));
  });

  it("that only announces answers is given up after the total limit", async () => {
    loopback.handle = (_request, response) => {
      const timer = setInterval(() => response.writeProcessing(), 5);
      response.on("close", () => clearInterval(timer));
    };
    await refusal("photo_timeout", loopback.fetch("/", { timeoutMs: 200 }));
  });

  it("that never finishes the TLS handshake is given up after the connect limit", async () => {
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, PUBLIC, resolve));
    const { port } = silent.address() as AddressInfo;
    const started = performance.now();
    try {
      const error = await refusal(
        "photo_timeout",
        fetchPhoto(`https://photos.test:${port}/`, {
          ports: [port],
          allowedAddresses: [PUBLIC],
          resolve: loopback.dns.resolve,
          connectTimeoutMs: 200,
        }),
      );
      assert.match(error.message, /no connection within 200 ms/);
      assert.ok(performance.now() - started < 1_500);
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it("whose name is never resolved is given up after the connect limit", async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const attempt = loopback.fetch("/", { resolve, connectTimeoutMs: 200 });
    await refusal("photo_timeout", attempt);
  });

  it("that has no address or does not listen is told apart", async () => {
    loopback.answer = () => [];
    await refusal("host_not_found", loopback.fetch());
    const none = () => Promise.resolve([]);
    await refusal("host_not_found", loopback.fetch("/", { resolve: none }));
    loopback.answer = () => [PUBLIC];
    const closed = await startPhotoServer(() => undefined, { address: PUBLIC });
    await closed.close();
    const error = await refusal("connection_failed", loopback.fetch("/", {}, closed));
    assert.match(error.message, /ECONNREFUSED/);
  });

  it("that does not speak HTTP is an error like any other", async () => {
    for (const text of [
      "SSH-2.0-OpenSSH_9.6\r\n",
      "",
      `HTTP/1.1 200 OK\r\nx: ${"a".repeat(100_000)}\r\n\r\n`,
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ]) {
      const odd: Server = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => socket.end(text));
      });
      await new Promise<void>((resolve) => odd.listen(0, PUBLIC, resolve));
      const { port } = odd.address() as AddressInfo;
      try {
        await refusal("connection_failed", loopback.fetch("/", {}, { port }));
      } finally {
        odd.close();
      }
    }
  });
});
