/**
 * The clients: a process of its own, started with `fork`, which does one load at a time and tells what came of it. Each connection sends
 * its next photo when the last one is answered.
 */
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export interface Load {
  readonly port: number;
  /** Path that photos are posted to. */
  readonly path: string;
  /** Folder with the JPEG files to send, again and again. */
  readonly photos: string;
  readonly connections: number;
  /** Not counted, in seconds. */
  readonly warmUp: number;
  readonly seconds: number;
}

export interface LoadResult {
  /** Milliseconds of each answer 200 that arrived while it counted. */
  readonly latencies: readonly number[];
  /** Milliseconds of each GET /ping, one every 100 ms. */
  readonly pings: readonly number[];
  readonly requestsPerSecond: number;
  /** Answers by status; 0 is a connection that failed. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Refusals without a Retry-After. */
  readonly withoutRetryAfter: number;
  /** What this process took of one core, 1 being all of it. */
  readonly ownProcessor: number;
}

export interface Answer {
  readonly status: number;
  readonly milliseconds: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

/** Milliseconds that a client that was refused waits before it tries again. */
const REFUSED_PAUSE_MS = 50;
const PING_EVERY_MS = 100;

/** Sends one request; a failed connection is status 0. */
export function send(
  agent: Agent,
  target: { readonly port: number; readonly path: string },
  photo?: Buffer,
): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const answer = (status: number, body = "", retryAfter?: string) => {
      resolve({ status, milliseconds: performance.now() - startedAt, body, retryAfter });
    };
    const outgoing = request(
      {
        host: "127.0.0.1",
        ...target,
        agent,
        method: photo ? "POST" : "GET",
        headers: photo ? { "content-type": "image/jpeg", "content-length": photo.length } : {},
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", () => answer(0));
        incoming.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          answer(incoming.statusCode!, body, incoming.headers["retry-after"]);
        });
      },
    );
    outgoing.on("error", () => answer(0));
    outgoing.end(photo);
  });
}

async function run(load: Load): Promise<LoadResult> {
  const photos = readdirSync(load.photos)
    .filter((name) => name.endsWith(".jpg"))
    .map((name) => readFileSync(path.join(load.photos, name)));
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const from = performance.now() + load.warmUp * 1000;
  const until = from + load.seconds * 1000;
  const statuses: Record<number, number> = {};
  const latencies: number[] = [];
  const pings: number[] = [];
  let withoutRetryAfter = 0;
  let next = 0;
  const client = async () => {
    while (performance.now() < until) {
      const answer = await send(agent, load, photos[next++ % photos.length]!);
      const now = performance.now();
      if (now >= from && now < until) {
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        if (answer.status === 200) latencies.push(answer.milliseconds);
        else if (!answer.retryAfter) withoutRetryAfter += 1;
      }
      if (answer.status !== 200) await wait(REFUSED_PAUSE_MS);
    }
  };
  const pinger = async () => {
    const own = new Agent({ keepAlive: true, maxSockets: 1 });
    await wait(load.warmUp * 1000);
    while (performance.now() < until) {
      const { milliseconds } = await send(own, { port: load.port, path: "/ping" });
      pings.push(milliseconds);
      await wait(PING_EVERY_MS);
    }
    own.destroy();
  };
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all([pinger(), ...Array.from({ length: load.connections }, client)]);
  const { user, system } = process.cpuUsage(before);
  const ownProcessor = (user + system) / 1000 / (performance.now() - startedAt);
  agent.destroy();
  const requestsPerSecond = latencies.length / load.seconds;
  return { latencies, pings, requestsPerSecond, statuses, withoutRetryAfter, ownProcessor };
}

if (require.main === module) {
  process.on("message", (load: Load) => {
    void run(load).then((result) => process.send!(result));
  });
  process.on("disconnect", () => process.exit());
}
