import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
// The main thread loads the native module before any worker does.
import "onnxruntime-node";
// Shares what is known of sharp with the workers started below.
import "./photo/load-sharp";
import type { WorkerTask } from "./inference/messages";

const workerFile = join(__dirname, "worker.js");

/**
 * Workers that load their program while the main thread loads its own: this module is imported early. Settings are not read yet; if fewer workers are
 * wanted, what is left here idles until it is needed to replace another.
 */
const early = Array.from(
  { length: Math.min(Number(process.env.KENNEL_WORKERS) || availableParallelism(), 16) },
  () => new Worker(workerFile),
);

/** Lets the workers that nobody needed end by themselves, once they have loaded. */
export async function endIdleWorkers(): Promise<void> {
  const idle = early.splice(0);
  for (const worker of idle) worker.postMessage({ task: "none" } satisfies WorkerTask);
  await Promise.all(idle.map((worker) => once(worker, "exit")));
}

/** A worker that waits for its task. */
export function startWorker(): Worker {
  return early.pop() ?? new Worker(workerFile);
}
