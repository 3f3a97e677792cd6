import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
// The main thread loads the native module before any worker does.
import "onnxruntime-node";
// Shares what is known of sharp with the workers started below.
import "./photo/load-sharp";
import { endWorker } from "./inference/end-worker";

const workerFile = join(__dirname, "worker.js");
const live = new Set<Worker>();

function start(): Worker {
  const worker = new Worker(workerFile);
  live.add(worker);
  worker.once("exit", () => live.delete(worker));
  return worker;
}

/**
 * Workers that load their program while the main thread loads its own: this module is imported early. Settings are not read yet;
 * if fewer workers are wanted, what is left here idles until it is needed to replace another.
 */
const early = Array.from(
  { length: Math.min(Number(process.env.KENNEL_WORKERS) || availableParallelism(), 16) },
  start,
);

/** A worker that waits for its task. */
export function startWorker(): Worker {
  return early.pop() ?? start();
}

/** Lets every worker finish what it has begun, and end: the process must not end before. */
export async function endWorkers(): Promise<void> {
  await Promise.all([...live].map(endWorker));
}
