/** Sends this repository's server ten times what it can do, and prints what becomes of latency and memory. See bench/README.md. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";

import { percentile, renderSpread, spread } from "../spread";
import { CONTESTANTS } from "./contestants";
import { Clients } from "./measure";
import { ensureModel } from "./models";
import { ensurePhotos } from "./photos";
import { RunningServer } from "./running-server";
import { CACHE } from "./workplace";

/** As many clients as the table of throughput ends with. */
const NORMAL_CONNECTIONS = 16;
const NORMAL_SECONDS = 10;
const WARM_UP_SECONDS = 2;
const MEMORY_EVERY_MS = 2000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      times: { type: "string", default: "10" },
    },
  });
  const photos = await ensurePhotos(CACHE, "ordinary");
  const photo = readFileSync(path.join(photos, "0.jpg"));
  const modelDirectory = ensureModel(CACHE, "fp32", photos);
  const cache = path.join(CACHE, "cache-fp32");
  const server = await RunningServer.start(CONTESTANTS[0]!, {
    modelDirectory,
    cache,
    photo,
    python: "",
  });
  const clients = new Clients();
  try {
    const load = { port: server.port, path: "/invocations", photos, warmUp: WARM_UP_SECONDS };
    const connections = NORMAL_CONNECTIONS;
    const normal = await clients.load({ ...load, connections, seconds: NORMAL_SECONDS });
    const rate = Math.round(normal.requestsPerSecond * Number(values.times));
    const seconds = Number(values.seconds);
    const memory: number[] = [];
    let isLoaded = true;
    const [overload] = await Promise.all([
      clients.load({ ...load, connections, rate, seconds }).finally(() => {
        isLoaded = false;
      }),
      (async () => {
        await wait(WARM_UP_SECONDS * 1000);
        while (isLoaded) {
          memory.push(server.memory().pss);
          await wait(MEMORY_EVERY_MS);
        }
      })(),
    ]);
    const after = await clients.load({ ...load, connections, seconds: 5 });
    const tenth = Math.max(1, Math.floor(memory.length / 10));
    const p = (numbers: readonly number[], fraction: number) =>
      `${percentile(numbers, fraction).toFixed(0)} ms`;
    const ratio = (fraction: number) =>
      (percentile(overload.latencies, fraction) / percentile(normal.latencies, fraction)).toFixed(
        2,
      );
    const lines = [
      `normal (${connections} connections): ${normal.requestsPerSecond.toFixed(1)} req/s, p50 ${p(normal.latencies, 0.5)}, p99 ${p(normal.latencies, 0.99)}`,
      `${rate} req/s arrive for ${seconds} s: ${overload.requestsPerSecond.toFixed(1)} req/s classified, p50 ${p(overload.latencies, 0.5)}, p99 ${p(overload.latencies, 0.99)}`,
      `of normal: p50 ${ratio(0.5)} x, p99 ${ratio(0.99)} x (bar: 2)`,
      `answers by status: ${JSON.stringify(overload.statuses)}; refused within p50 ${p(overload.refusalLatencies, 0.5)}, p99 ${p(overload.refusalLatencies, 0.99)}; without Retry-After: ${overload.withoutRetryAfter}`,
      `/ping p99 ${p(overload.pings, 0.99)}`,
      `memory: first tenth ${renderSpread(spread(memory.slice(0, tenth)), 0)} MB, last tenth ${renderSpread(spread(memory.slice(-tenth)), 0)} MB`,
      `afterwards (${connections} connections): ${after.requestsPerSecond.toFixed(1)} req/s, p50 ${p(after.latencies, 0.5)}`,
      `clients took ${overload.ownProcessor.toFixed(2)} of a core`,
    ];
    console.log(lines.join("\n"));
  } finally {
    clients.close();
    await server.stop();
  }
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
