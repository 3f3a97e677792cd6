import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import path from "node:path";

import { percentile } from "../spread";
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
  private readonly child: ChildProcess = fork(path.join(__dirname, "raw.ts"), {
    execArgv: ["--require", require.resolve("ts-node/register")],
  });

  constructor(private readonly modelDirectory: string) {}

  async measure(): Promise<Limit> {
    const cores = availableParallelism();
    const { imagesPerSecond } = await this.run({ workers: cores, threads: 1 });
    const { latencies } = await this.run({ workers: 1, threads: cores });
    return { imagesPerSecond, p50AllCores: percentile(latencies, 0.5) };
  }

  close(): void {
    if (this.child.connected) this.child.disconnect();
  }

  private async run(sessions: Pick<RawRun, "workers" | "threads">): Promise<RawResult> {
    const { modelDirectory } = this;
    this.child.send({ modelDirectory, seconds: SECONDS, ...sessions } satisfies RawRun);
    const [result] = (await Promise.race([
      once(this.child, "message"),
      once(this.child, "exit").then(([code]) => {
        throw new Error(`onnxruntime-node ended with exit code ${String(code)}`);
      }),
    ])) as [RawResult];
    return result;
  }
}

/** Between two measurements. */
export function middle(before: Limit, after: Limit): Limit {
  return {
    imagesPerSecond: (before.imagesPerSecond + after.imagesPerSecond) / 2,
    p50AllCores: (before.p50AllCores + after.p50AllCores) / 2,
  };
}
