import { availableParallelism } from "node:os";

import { percentile } from "../spread";
import { Program } from "./program";
import type { RawResult, RawRun } from "./raw";

/** What onnxruntime-node does alone: the limit of throughput, and that of a single request's latency. */
export interface Limit {
  /** With a session of one thread a core. */
  readonly imagesPerSecond: number;
  /** Milliseconds of one inference in a session that uses all cores. */
  readonly p50AllCores: number;
}

const SECONDS = 2;

/**
 * onnxruntime-node alone, in a process of its own that lasts. A rented machine's speed changes from one second to the next; so the limit is measured
 * right before and right after each load.
 */
export class Raw {
  private readonly program = new Program<RawRun, RawResult>("raw.ts");

  constructor(private readonly modelDirectory: string) {}

  async measure(): Promise<Limit> {
    const cores = availableParallelism();
    const { imagesPerSecond } = await this.run({ workers: cores, threads: 1 });
    const { latencies } = await this.run({ workers: 1, threads: cores });
    return { imagesPerSecond, p50AllCores: percentile(latencies, 0.5) };
  }

  close(): void {
    this.program.close();
  }

  private run(sessions: Pick<RawRun, "workers" | "threads">): Promise<RawResult> {
    const { modelDirectory } = this;
    return this.program.ask({ modelDirectory, seconds: SECONDS, ...sessions });
  }
}

/** Between two measurements. */
export function middle(before: Limit, after: Limit): Limit {
  return {
    imagesPerSecond: (before.imagesPerSecond + after.imagesPerSecond) / 2,
    p50AllCores: (before.p50AllCores + after.p50AllCores) / 2,
  };
}
