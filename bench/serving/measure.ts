import { readFileSync } from "node:fs";
import path from "node:path";

import { percentile } from "../spread";
import type { Contestant } from "./contestants";
import { middle, type Limit, type Raw } from "./limit";
import type { Load, LoadResult } from "./load-generator";
import type { PhotoKind } from "./photos";
import type { TreeMemory } from "./process-tree";
import { Program } from "./program";
import { RunningServer, type ColdStart, type StartOptions } from "./running-server";

/** One load: which photos, and how many clients. */
export interface Scenario {
  readonly photos: PhotoKind;
  readonly connections: number;
}

/** What one load of one round gave; times in milliseconds. */
export interface LoadMeasurement extends Scenario {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly pingP99: number;
  /** Answers that are not 200. */
  readonly failed: number;
  /** What the clients took of one core. */
  readonly clientProcessor: number;
  /** The mean of what was measured right before and right after. */
  readonly limit?: Limit;
}

/** One server in one round. */
export interface ServerMeasurement {
  readonly coldStart: ColdStart;
  readonly loads: readonly LoadMeasurement[];
  /** After each kind of photos. */
  readonly memory: Readonly<Partial<Record<PhotoKind, TreeMemory>>>;
  readonly firstScores: readonly number[];
}

export interface Plan {
  readonly scenarios: readonly Scenario[];
  readonly seconds: number;
  readonly warmUp: number;
  /** Measured around each load, if at all. */
  readonly raw?: Raw;
  /** Folder of each kind of photos. */
  readonly folders: Readonly<Record<PhotoKind, string>>;
}

/** The clients' process; it serves any number of loads, one after the other. */
export class Clients {
  private readonly program = new Program<Load, LoadResult>("load-generator.ts");

  load(load: Load): Promise<LoadResult> {
    return this.program.ask(load);
  }

  close(): void {
    this.program.close();
  }
}

/** Before anything counts: engines that compile what they run often (V8, Java's) need some seconds to find out what that is. */
const COMPILING_SECONDS = 10;

/** Starts a server, loads it in every way, and ends it. */
export async function measureServer(
  contestant: Contestant,
  options: Omit<StartOptions, "photo">,
  plan: Plan,
  clients: Clients,
): Promise<ServerMeasurement> {
  const photo = readFileSync(path.join(plan.folders.ordinary, "0.jpg"));
  const server = await RunningServer.start(contestant, { ...options, photo });
  try {
    const loads: LoadMeasurement[] = [];
    const memory: Partial<Record<PhotoKind, TreeMemory>> = {};
    const { seconds, warmUp, folders } = plan;
    const load = ({ photos, connections }: Scenario, span: Pick<Load, "warmUp" | "seconds">) => {
      const target = { port: server.port, path: "/invocations" };
      return clients.load({ ...target, photos: folders[photos], connections, ...span });
    };
    await load({ photos: "ordinary", connections: 4 }, { warmUp: 0, seconds: COMPILING_SECONDS });
    let before = await plan.raw?.measure();
    for (const scenario of plan.scenarios) {
      const result = await load(scenario, { warmUp, seconds });
      memory[scenario.photos] = server.memory();
      const after = await plan.raw?.measure();
      const limit = before && after && middle(before, after);
      loads.push({ ...scenario, ...summary(result), ...(limit && { limit }) });
      before = after;
    }
    return { coldStart: server.coldStart, loads, memory, firstScores: server.firstScores };
  } finally {
    await server.stop();
  }
}

/** What a load came to. */
export function summary(result: LoadResult): Omit<LoadMeasurement, keyof Scenario | "limit"> {
  const answers = Object.values(result.statuses).reduce((a, b) => a + b, 0);
  return {
    requestsPerSecond: result.requestsPerSecond,
    p50: percentile(result.latencies, 0.5),
    p99: percentile(result.latencies, 0.99),
    pingP99: percentile(result.pings, 0.99),
    failed: answers - result.latencies.length,
    clientProcessor: result.ownProcessor,
  };
}
