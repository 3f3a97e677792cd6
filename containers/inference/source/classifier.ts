import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { Admission } from "./admission";
import { messageOf, RequestError, StartupError } from "./errors";
import type { WorkerTask } from "./inference/messages";
import { optimisedGraph } from "./inference/optimised-graph";
import { InferencePool } from "./inference/pool";
import { readModelDirectory, type ModelDirectory } from "./model-directory";
import { decodePhoto } from "./photo/decode";
import type { Settings } from "./settings";

/** Where a request's time went, in milliseconds. */
export interface Timings {
  /** Waiting for a place and for a worker. */
  readonly queueMs: number;
  /** Decoding, resizing and cropping. */
  readonly decodeMs: number;
  readonly inferenceMs: number;
}

export interface Classification {
  /** float32 [classes], in class order. */
  readonly logits: Float32Array;
  readonly timings: Timings;
}

export interface ClassifierOptions {
  readonly settings: Settings;
  /** Path of the worker's program. */
  readonly workerFile: string;
  /** Called with one line for the log when something is wrong that does not end the server. */
  readonly onWarning: (message: string) => void;
}

interface LoadedModel {
  readonly directory: ModelDirectory;
  readonly pool: InferencePool;
  readonly digest: Promise<string>;
}

/** Photo -> pixels -> tensor -> logits, with a bounded queue before it. */
export class Classifier {
  readonly admission: Admission;
  private model?: LoadedModel;

  constructor(private readonly options: ClassifierOptions) {
    const { workers, maxInFlight } = options.settings;
    // While a worker computes, the next photo for it is decoded; more would only hold memory.
    this.admission = new Admission({ inWork: 2 * workers, inFlight: maxInFlight });
  }

  /** Why no photo can be classified now; undefined if one can. */
  get notReadyReason(): string | undefined {
    return this.model ? this.model.pool.notReadyReason : "the model is loading";
  }

  get classes(): readonly string[] {
    return this.loaded().directory.classes;
  }

  /** The model's name in answers: `sha256:` and the first 12 hexadecimal digits of the hash of model.onnx. */
  modelName(): Promise<string> {
    return this.loaded().digest;
  }

  /**
   * Loads the model directory and starts the workers; resolves after a first inference in each.
   * @throws StartupError if the directory or its model can't be used
   */
  async load(): Promise<void> {
    const { settings, onWarning } = this.options;
    const directory = readModelDirectory(settings.modelDirectory);
    const optimisedPath = await this.optimise(directory.modelPath);
    const task: WorkerTask = {
      task: "infer",
      modelPath: directory.modelPath,
      threads: settings.threadsPerWorker,
      classCount: directory.classes.length,
      sizes: directory.preprocess,
      ...(optimisedPath && { optimisedPath }),
    };
    const pool = new InferencePool({
      size: settings.workers,
      startWorker: () => this.startWorker(task),
      onCrash: (reason) => onWarning(`a worker crashed and is being replaced: ${reason}`),
    });
    this.model = { directory, pool, digest: digestOf(directory.modelPath) };
    await Promise.all([pool.ready, this.model.digest]);
  }

  /**
   * Classifies one photo.
   * @param bytes a JPEG, PNG or WebP file
   * @param signal ends the wait; a photo that a worker has already taken is finished, but not waited for
   * @throws RequestError 400, 415 or 422 for the photo's sake, 503 for the server's; the signal's reason once it is aborted
   */
  async classify(bytes: Uint8Array, signal: AbortSignal): Promise<Classification> {
    const { directory, pool } = this.loaded();
    const arrivedAt = performance.now();
    const leave = await this.admission.enter(signal);
    try {
      const enteredAt = performance.now();
      const pixels = await decodePhoto(bytes, {
        maxPixels: this.options.settings.maxPixels,
        exifOrientation: directory.preprocess.exifOrientation,
      });
      const decodedAt = performance.now();
      signal.throwIfAborted();
      const { logits, waitMs, resizeMs, inferenceMs } = await pool.run(pixels, signal);
      const queueMs = enteredAt - arrivedAt + waitMs;
      const decodeMs = decodedAt - enteredAt + resizeMs;
      return { logits, timings: { queueMs, decodeMs, inferenceMs } };
    } finally {
      leave();
    }
  }

  async close(): Promise<void> {
    await this.model?.pool.close();
  }

  private loaded(): LoadedModel {
    if (this.model) return this.model;
    throw new RequestError(503, "not_ready", "The model is still loading.", 1);
  }

  private startWorker(task: WorkerTask): Worker {
    return new Worker(this.options.workerFile, { workerData: task });
  }

  private async optimise(modelPath: string): Promise<string | undefined> {
    const { cacheDirectory } = this.options.settings;
    try {
      return await optimisedGraph(modelPath, cacheDirectory, (task) => this.startWorker(task));
    } catch (error) {
      if (error instanceof StartupError) throw error;
      this.options.onWarning(
        `the optimised graph can't be kept in ${cacheDirectory} (${messageOf(error)}): starting takes longer and more memory`,
      );
      return undefined;
    }
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path);
  try {
    // One buffer for the whole file: a stream's would wait for the garbage collector, as large as the model.
    const buffer = Buffer.allocUnsafeSlow(1 << 20);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
  return `sha256:${hash.digest("hex").slice(0, 12)}`;
}
