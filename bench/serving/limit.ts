/** What no server can exceed: decoding, resizing and the model in a loop on all cores, without HTTP, by the server's own code. */
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import { infer, loadSession } from "../../containers/inference/source/inference/session";
import { readModelDirectory } from "../../containers/inference/source/model-directory";
import { Preprocessor } from "../../containers/inference/source/photo/preprocess";

const SECONDS = 2;

export interface Speed {
  readonly photosPerSecond: number;
  /** Milliseconds of a core that a photo takes. */
  readonly processorTime: number;
}

/** A session of one thread on each core. */
export async function startLimit(modelDirectory: string) {
  const execArgv = ["--require", require.resolve("ts-node/register")];
  const workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(__filename, { workerData: modelDirectory, execArgv }),
  );
  const answers = () => Promise.all(workers.map((worker) => once(worker, "message")));
  await answers();
  return {
    /** Without photos, only the model runs, on a tensor that is already there. */
    async measure(photos: readonly Buffer[]): Promise<Speed> {
      const before = process.cpuUsage();
      const done = answers();
      for (const worker of workers) worker.postMessage(photos);
      const count = (await done).reduce((sum, [each]) => sum + (each as number), 0);
      const { user, system } = process.cpuUsage(before);
      return { photosPerSecond: count / SECONDS, processorTime: (user + system) / 1000 / count };
    },
    stop: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}

async function work(modelDirectory: string): Promise<void> {
  process.env.ORT_DISABLE_TELEMETRY = "1";
  const { modelPath, preprocess } = readModelDirectory(modelDirectory);
  const { crop } = preprocess;
  const preprocessor = new Preprocessor({ ...preprocess, maxPixels: 65e6 });
  const options = { provider: "cpu", threads: 1, isOptimised: false } as const;
  const session = await loadSession(modelPath, options);
  const tensor = new Uint8Array(crop * crop * 3).map((_, index) => (index * 7919) % 256);
  await infer(session, tensor, 1, crop);
  const classify = async (photos: readonly Uint8Array[]) => {
    const until = performance.now() + SECONDS * 1000;
    let count = 0;
    for (; performance.now() < until; count += 1) {
      if (photos.length > 0) await preprocessor.fill(photos[count % photos.length]!, tensor);
      await infer(session, tensor, 1, crop);
    }
    parentPort!.postMessage(count);
  };
  parentPort!.on("message", (photos: readonly Uint8Array[]) => void classify(photos));
  parentPort!.postMessage("ready");
}

if (!isMainThread) void work(workerData as string);
