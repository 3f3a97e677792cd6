import type { Worker } from "node:worker_threads";
import type { WorkerTask } from "./messages";

/**
 * Tells a worker to end once it has done what it was given before, and resolves when it has. Nothing else ends a worker: where
 * one is ended within native code, ONNX Runtime aborts the whole process.
 */
export function endWorker(worker: Worker): Promise<void> {
  const hasEnded = worker.threadId === -1;
  if (hasEnded) return Promise.resolve();
  return new Promise((resolve) => {
    worker.once("exit", () => resolve());
    worker.postMessage({ task: "end" } satisfies WorkerTask);
  });
}
