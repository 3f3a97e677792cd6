/**
 * The clients: a process of its own, started with `fork`, which does one load at a time and tells what came of it. Each connection sends
 * its next photo when the last one is answered.
 */
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { Connection, photoRequest, type Answer } from "./connection";

export interface Load {
  readonly port: number;
  /** Path that photos are posted to. */
  readonly path: string;
  /** Folder with the JPEG files to send, again and again. */
  readonly photos: string;
  readonly connections: number;
  /** Requests a second that are sent whether earlier ones were answered or not; `connections` does not count then. */
  readonly rate?: number;
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
  /** Milliseconds of each other answer. */
  readonly refusalLatencies: readonly number[];
  /** Refusals without a Retry-After. */
  readonly withoutRetryAfter: number;
  /** What this process took of one core, 1 being all of it. */
  readonly ownProcessor: number;
}

/** An answer of which the content counts. */
export interface WholeAnswer {
  readonly status: number;
  readonly milliseconds: number;
  readonly body: string;
}

/** Milliseconds that a client that was refused waits before it tries again. */
const REFUSED_PAUSE_MS = 50;
const PING_EVERY_MS = 100;

/** Sends one request; a failed connection is status 0. */
export function send(
  agent: Agent,
  target: { readonly port: number; readonly path: string },
  photo?: Buffer,
): Promise<WholeAnswer> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const answer = (status: number, body = "") => {
      resolve({ status, milliseconds: performance.now() - startedAt, body });
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
          answer(incoming.statusCode!, Buffer.concat(chunks).toString("utf8"));
        });
      },
    );
    outgoing.on("error", () => answer(0));
    outgoing.end(photo);
  });
}

/** The span in which answers count, and what came in it. */
class Tally {
  readonly latencies: number[] = [];
  readonly refusalLatencies: number[] = [];
  readonly pings: number[] = [];
  readonly statuses: Record<number, number> = {};
  withoutRetryAfter = 0;
  readonly from: number;
  readonly until: number;

  constructor({ warmUp, seconds }: Load) {
    this.from = performance.now() + warmUp * 1000;
    this.until = this.from + seconds * 1000;
  }

  get isOver(): boolean {
    return performance.now() >= this.until;
  }

  record({ status, milliseconds, retryAfter }: Answer): void {
    if (performance.now() < this.from || this.isOver) return;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    (status === 200 ? this.latencies : this.refusalLatencies).push(milliseconds);
    if (status !== 200 && retryAfter === undefined) this.withoutRetryAfter += 1;
  }
}

type NextRequest = () => Buffer;

/** Sends the next photo when the last one is answered. */
async function keepAsking(port: number, next: NextRequest, tally: Tally): Promise<void> {
  const connection = new Connection(port);
  while (!tally.isOver) {
    const answer = await connection.ask(next());
    tally.record(answer);
    if (answer.status !== 200) await wait(REFUSED_PAUSE_MS);
  }
  connection.close();
}

/** Sends photos at a rate, whatever becomes of them. */
async function keepComing(
  port: number,
  next: NextRequest,
  rate: number,
  tally: Tally,
): Promise<void> {
  const startedAt = performance.now();
  const idle: Connection[] = [];
  const open: Promise<void>[] = [];
  const sendNext = async () => {
    const connection = idle.pop() ?? new Connection(port);
    tally.record(await connection.ask(next()));
    idle.push(connection);
  };
  while (!tally.isOver) {
    const due = ((performance.now() - startedAt) / 1000) * rate;
    while (open.length < due) open.push(sendNext());
    await wait(1000 / rate);
  }
  await Promise.all(open);
  for (const connection of idle) connection.close();
}

async function keepPinging(port: number, tally: Tally): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await wait(tally.from - performance.now());
  while (!tally.isOver) {
    const { milliseconds } = await send(agent, { port, path: "/ping" });
    tally.pings.push(milliseconds);
    await wait(PING_EVERY_MS);
  }
  agent.destroy();
}

async function run(load: Load): Promise<LoadResult> {
  const { rate, connections, port } = load;
  const requests = readdirSync(load.photos)
    .filter((name) => name.endsWith(".jpg"))
    .map((name) => photoRequest(load.path, readFileSync(path.join(load.photos, name))));
  let sent = 0;
  const next = () => requests[sent++ % requests.length]!;
  const tally = new Tally(load);
  const clients =
    rate === undefined
      ? Array.from({ length: connections }, () => keepAsking(port, next, tally))
      : [keepComing(port, next, rate, tally)];
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all([keepPinging(port, tally), ...clients]);
  const { user, system } = process.cpuUsage(before);
  const { latencies, refusalLatencies, pings, statuses, withoutRetryAfter } = tally;
  return {
    latencies,
    refusalLatencies,
    pings,
    requestsPerSecond: latencies.length / load.seconds,
    statuses,
    withoutRetryAfter,
    ownProcessor: (user + system) / 1000 / (performance.now() - startedAt),
  };
}

if (require.main === module) {
  process.on("message", (load: Load) => {
    void run(load).then((result) => process.send!(result));
  });
  process.on("disconnect", () => process.exit());
}
