/** The limit: onnxruntime-node alone, on one tensor that is already there. A process of its own, started with `fork`. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";

export interface RawRun {
  readonly modelDirectory: string;
  /** Worker threads, each with a session. */
  readonly workers: number;
  /** Threads a session computes with. */
  readonly threads: number;
  readonly seconds: number;
}

export interface RawResult {
  readonly imagesPerSecond: number;
  /** Milliseconds of each inference. */
  readonly latencies: readonly number[];
}

const WARM_UP_RUNS = 3;

async function infer(): Promise<void> {
  const { modelDirectory, threads, seconds } = workerData as RawRun;
  const session = await InferenceSession.create(path.join(modelDirectory, "model.onnx"), {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  const text = readFileSync(path.join(modelDirectory, "preprocess.json"), "utf8");
  const { crop } = JSON.parse(text) as { crop: number };
  const pixels = new Uint8Array(crop * crop * 3).map((_, index) => (index * 7919) % 256);
  const image = new Tensor("uint8", pixels, [1, crop, crop, 3]);
  for (let run = 0; run < WARM_UP_RUNS; run += 1) await session.run({ image });
  parentPort!.postMessage("ready");
  await new Promise((resolve) => parentPort!.once("message", resolve));
  const latencies: number[] = [];
  const until = performance.now() + seconds * 1000;
  for (let before = performance.now(); before < until;) {
    await session.run({ image });
    const now = performance.now();
    latencies.push(now - before);
    before = now;
  }
  parentPort!.postMessage(latencies);
  parentPort!.close();
}

async function run(options: RawRun): Promise<RawResult> {
  const workers = Array.from(
    { length: options.workers },
    () => new Worker(__filename, { workerData: options }),
  );
  const message = (worker: Worker) =>
    new Promise<unknown>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  await Promise.all(workers.map(message));
  const answers = workers.map(message);
  for (const worker of workers) worker.postMessage("start");
  const perWorker = (await Promise.all(answers)) as number[][];
  // Each worker's own rate, so that one that ends a little later does not count as idle.
  const rates = perWorker.map(
    (latencies) => (latencies.length / latencies.reduce((a, b) => a + b, 0)) * 1000,
  );
  return { imagesPerSecond: rates.reduce((a, b) => a + b, 0), latencies: perWorker.flat() };
}

if (!isMainThread) void infer();
else if (require.main === module) {
  process.once("message", (options: RawRun) => {
    void run(options).then((result) => process.send!(result, () => process.exit()));
  });
}
