import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import { percentile } from "../spread";

/** How a server takes photos: a JPEG file as it is, or as base64 in JSON. */
export type Body = "jpeg" | "json";

export interface Load {
  readonly port: number;
  readonly body: Body;
  readonly photos: readonly Buffer[];
  /** Each sends its next photo when the last one is answered. */
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly photosPerSecond: number;
  /** Photos that were answered at all, before and while answers count. */
  readonly answered: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Seconds of each load that do not count. */
const WARM_UP = 0.5;

/** @throws an Error with an answer that is not 200 */
export async function load(options: Load): Promise<LoadResult> {
  const { port, body, photos, connections, seconds } = options;
  const requests = photos.map((photo) => photoRequest(photo, body));
  const from = performance.now() + WARM_UP * 1000;
  const until = from + seconds * 1000;
  const latencies: number[] = [];
  let sent = 0;
  const keepAsking = async () => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    for (let before = performance.now(); before < until;) {
      await ask(socket, requests[sent++ % requests.length]!);
      const after = performance.now();
      if (after >= from && after < until) latencies.push(after - before);
      before = after;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, keepAsking));
  const [p50, p99] = [0.5, 0.99].map((fraction) => percentile(latencies, fraction));
  return { photosPerSecond: latencies.length / seconds, answered: sent, p50: p50!, p99: p99! };
}

/** Asks until a photo is classified. @returns its scores */
export async function firstScores(port: number, body: Body, photo: Buffer, until: AbortSignal) {
  const [type, content] = encoded(photo, body);
  for (;;) {
    until.throwIfAborted();
    const answer = await fetch(`http://127.0.0.1:${port}/invocations`, {
      method: "POST",
      headers: { "content-type": type },
      body: new Uint8Array(content),
      signal: until,
    }).catch(() => undefined);
    if (answer?.ok) return ((await answer.json()) as number[][])[0]!;
    await wait(10);
  }
}

function encoded(photo: Buffer, body: Body): [type: string, content: Buffer] {
  if (body === "jpeg") return ["image/jpeg", photo];
  return ["application/json", Buffer.from(JSON.stringify({ image: photo.toString("base64") }))];
}

/** A whole request, to be sent as often as wanted. */
function photoRequest(photo: Buffer, body: Body): Buffer {
  const [type, content] = encoded(photo, body);
  const head = [
    "POST /invocations HTTP/1.1",
    "Host: 127.0.0.1",
    `Content-Type: ${type}`,
    `Content-Length: ${content.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), content]);
}

/**
 * Sends a request and waits for its answer, which must have a Content-Length. It does no more than that, because it works on the
 * processors that are measured.
 */
async function ask(socket: Socket, request: Buffer): Promise<void> {
  socket.write(request);
  let received = "";
  for (;;) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    received += chunk.toString("latin1");
    const end = received.indexOf("\r\n\r\n");
    if (end < 0) continue;
    if (received.slice(9, 12) !== "200") throw new Error(`a photo was answered ${received}`);
    const length = Number(/^content-length: (\d+)/im.exec(received)![1]);
    if (received.length >= end + 4 + length) return;
  }
}
