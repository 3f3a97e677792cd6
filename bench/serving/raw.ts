/** The limit: onnxruntime-node alone, on one tensor that is already there. A process of its own, started with `fork`, which keeps its sessions. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  isMainThread,
  parentPort,
  Worker,
  workerData,
  type MessagePort,
} from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";

/** Sessions, each in a worker thread. */
export interface RawSessions {
  readonly modelDirectory: string;
  readonly workers: number;
  /** Threads a session computes with. */
  readonly threads: number;
}

export interface RawRun extends RawSessions {
  readonly seconds: number;
}

export interface RawResult {
  readonly imagesPerSecond: number;
  /** Milliseconds of each inference. */
  readonly latencies: readonly number[];
}

// Read when a session is first made.
process.env.ORT_DISABLE_TELEMETRY = "1";
const WARM_UP_RUNS = 3;

/** A worker: loads a session, then infers for as many seconds as each message says, and answers with its latencies. */
async function infer(port: MessagePort): Promise<void> {
  const { modelDirectory, threads } = workerData as RawSessions;
  const session = await InferenceSession.create(path.join(modelDirectory, "model.onnx"), {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    // Between two runs nobody waits actively: a server is measured then.
    extra: { session: { force_spinning_stop: "1" } },
  });
  const text = readFileSync(path.join(modelDirectory, "preprocess.json"), "utf8");
  const { crop } = JSON.parse(text) as { crop: number };
  const pixels = new Uint8Array(crop * crop * 3).map((_, index) => (index * 7919) % 256);
  const image = new Tensor("uint8", pixels, [1, crop, crop, 3]);
  for (let run = 0; run < WARM_UP_RUNS; run += 1) await session.run({ image });
  const measure = async (seconds: number) => {
    const latencies: number[] = [];
    const until = performance.now() + seconds * 1000;
    for (let before = performance.now(); before < until;) {
      await session.run({ image });
      const now = performance.now();
      latencies.push(now - before);
      before = now;
    }
    port.postMessage(latencies);
  };
  port.on("message", (seconds: number) => void measure(seconds));
  port.postMessage("ready");
}

/** @throws the worker's error */
async function nextMessage(worker: Worker): Promise<unknown> {
  const [message] = (await once(worker, "message")) as unknown[];
  return message;
}

async function startWorkers(sessions: RawSessions): Promise<readonly Worker[]> {
  const workers = Array.from(
    { length: sessions.workers },
    () => new Worker(__filename, { workerData: sessions }),
  );
  await Promise.all(workers.map(nextMessage));
  return workers;
}

const started = new Map<string, Promise<readonly Worker[]>>();

async function run({ seconds, ...sessions }: RawRun): Promise<RawResult> {
  const name = JSON.stringify(sessions);
  const starting = started.get(name) ?? startWorkers(sessions);
  started.set(name, starting);
  const workers = await starting;
  const answers = workers.map(nextMessage);
  for (const worker of workers) worker.postMessage(seconds);
  const perWorker = (await Promise.all(answers)) as number[][];
  // Each worker's own rate, so that one that ends a little later does not count as idle.
  const rates = perWorker.map(
    (latencies) => (latencies.length / latencies.reduce((a, b) => a + b, 0)) * 1000,
  );
  return { imagesPerSecond: rates.reduce((a, b) => a + b, 0), latencies: perWorker.flat() };
}

if (!isMainThread) void infer(parentPort!);
else if (require.main === module) {
  process.on("message", (options: RawRun) => {
    void run(options).then((result) => process.send!(result));
  });
  process.on("disconnect", () => process.exit());
}
