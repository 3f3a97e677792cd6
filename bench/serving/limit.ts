/** What no server can exceed: decoding, resizing and the model in a loop on all cores, without HTTP, by the server's own code. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import { infer, loadSession } from "../../containers/inference/source/inference/session";
import { Preprocessor } from "../../containers/inference/source/photo/preprocess";

/** @property photos the model runs on a tensor that is already there if there are none */
interface Run {
  readonly photos: readonly Uint8Array[];
  readonly seconds: number;
}

interface Done {
  readonly count: number;
  readonly seconds: number;
}

export interface Speed {
  readonly photosPerSecond: number;
  /** Milliseconds of a core that a photo takes. */
  readonly processorTime: number;
}

/** A session of one thread on each core. */
export class Limit {
  private constructor(private readonly workers: readonly Worker[]) {}

  static async start(modelDirectory: string): Promise<Limit> {
    const execArgv = ["--require", require.resolve("ts-node/register")];
    const workers = Array.from(
      { length: availableParallelism() },
      () => new Worker(__filename, { workerData: modelDirectory, execArgv }),
    );
    await Promise.all(workers.map((worker) => once(worker, "message")));
    return new Limit(workers);
  }

  async measure(run: Run): Promise<Speed> {
    const before = process.cpuUsage();
    const answers = this.workers.map((worker) => once(worker, "message"));
    for (const worker of this.workers) worker.postMessage(run);
    const done = (await Promise.all(answers)).map(([each]) => each as Done);
    const { user, system } = process.cpuUsage(before);
    const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
    return {
      photosPerSecond: sum(done.map(({ count, seconds }) => count / seconds)),
      processorTime: (user + system) / 1000 / sum(done.map(({ count }) => count)),
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

interface Preprocessing {
  readonly resize: number;
  readonly crop: number;
  readonly decode?: "full" | "reduced";
}

async function work(modelDirectory: string): Promise<void> {
  process.env.ORT_DISABLE_TELEMETRY = "1";
  const file = path.join(modelDirectory, "preprocess.json");
  const { resize, crop, decode } = JSON.parse(readFileSync(file, "utf8")) as Preprocessing;
  const isReduced = decode === "reduced";
  const options = { resize, crop, isReduced, exifOrientation: true, maxPixels: 65e6 };
  const preprocessor = new Preprocessor(options);
  const session = await loadSession(path.join(modelDirectory, "model.onnx"), {
    provider: "cpu",
    threads: 1,
    isOptimised: false,
  });
  const tensor = new Uint8Array(crop * crop * 3).map((_, index) => (index * 7919) % 256);
  await infer(session, tensor, 1, crop);
  parentPort!.on("message", ({ photos, seconds }: Run) => {
    void (async () => {
      const startedAt = performance.now();
      let count = 0;
      while (performance.now() < startedAt + seconds * 1000) {
        if (photos.length > 0) await preprocessor.fill(photos[count % photos.length]!, tensor);
        await infer(session, tensor, 1, crop);
        count += 1;
      }
      const done: Done = { count, seconds: (performance.now() - startedAt) / 1000 };
      parentPort!.postMessage(done);
    })();
  });
  parentPort!.postMessage("ready");
}

if (!isMainThread) void work(workerData as string);
