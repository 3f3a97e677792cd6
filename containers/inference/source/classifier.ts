import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Worker } from "node:worker_threads";
import { Admission } from "./admission";
import { messageOf, RequestError, StartupError } from "./errors";
import { discardGraph, optimisedGraph } from "./inference/optimised-graph";
import { batchesAtHand, InferencePool, type Classification } from "./inference/pool";
import { readModelDirectory, type ModelDirectory } from "./model-directory";
import { checkFormat } from "./photo/format";
import type { Source } from "./photo/pixels";
import type { Settings } from "./settings";

export interface ClassifierOptions {
  readonly settings: Settings;
  /** Starts the worker's program, which waits for its task. */
  readonly startWorker: () => Worker;
  /** Called with one line for the log when something is wrong that does not end the server. */
  readonly onWarning: (message: string) => void;
}

interface LoadedModel {
  readonly directory: ModelDirectory;
  readonly pool: InferencePool;
}

/** Photo -> pixels -> tensor -> logits, with a bounded queue before it. */
export class Classifier {
  readonly admission: Admission;
  /** Maximum number of photos in work at once; more of a batch need not be in memory. */
  readonly width: number;
  /** The model's name in answers: `sha256:` and the first 12 hexadecimal digits of the hash of model.onnx. */
  modelName?: string;
  private model?: LoadedModel;
  private closing = false;

  constructor(private readonly options: ClassifierOptions) {
    const { workers, maxBatch, maxInFlight } = options.settings;
    this.width = batchesAtHand * workers * maxBatch;
    this.admission = new Admission(maxInFlight);
  }

  /** Why no photo can be classified now; undefined if one can. */
  get notReadyReason(): string | undefined {
    const reason = this.model ? this.model.pool.notReadyReason : "the model is loading";
    return reason ?? (this.modelName ? undefined : "the model's checksum is being computed");
  }

  get classes(): readonly string[] {
    return this.loaded().directory.classes;
  }

  /** Photos that a worker computes at once, at most. */
  get maxBatch(): number {
    return this.loaded().pool.maxBatch;
  }

  /**
   * Loads the model directory and starts the workers; resolves after a first inference in each.
   * @throws StartupError if the directory or its model can't be used, or if the classifier is closed meanwhile
   */
  async load(): Promise<void> {
    const { settings, onWarning, startWorker } = this.options;
    const directory = readModelDirectory(settings.modelDirectory);
    // Graphs are optimised for this processor; a graphics processor optimises its own.
    const optimisedPath =
      settings.executionProvider === "cpu" ? await this.optimise(directory.modelPath) : undefined;
    if (this.closing) throw new StartupError("the server is stopping");
    const pool = new InferencePool({
      size: settings.workers,
      startWorker,
      taskOf: (index) => ({
        task: "infer",
        modelPath: directory.modelPath,
        provider: settings.executionProvider,
        threads: settings.threadsPerWorker,
        classCount: directory.classes.length,
        maxBatch: settings.maxBatch,
        preprocess: { ...directory.preprocess, maxPixels: settings.maxPixels },
        ...(optimisedPath && { optimisedPath }),
        ...(index === 0 &&
          settings.loneThreads > settings.threadsPerWorker && {
            loneThreads: settings.loneThreads,
          }),
      }),
      maxBatch: settings.maxBatch,
      batchWindowMs: settings.batchWindowMs,
      onCrash: (reason) => onWarning(`a worker crashed and is being replaced: ${reason}`),
      onDamage: (reason) => {
        onWarning(`the optimised graph was damaged and is made anew at the next start: ${reason}`);
        if (optimisedPath) void discardGraph(optimisedPath);
      },
    });
    this.model = { directory, pool };
    [this.modelName] = await Promise.all([digestOf(directory.modelPath), pool.ready]);
  }

  /**
   * Classifies one photo.
   * @param source its file, or its pixels; the buffer may be transferred, so that nobody else can use it afterwards
   * @param signal ends the wait; a photo that a worker has already taken is finished, but not waited for
   * @param options `isPatient`: waits even if too many wait already, as the photos of a batch do that has been admitted
   * @throws RequestError 400, 415 or 422 for the photo's sake, 503 for the server's; the signal's reason once it is aborted
   */
  async classify(
    source: Source,
    signal: AbortSignal,
    options: { readonly isPatient?: boolean } = {},
  ): Promise<Classification> {
    const { pool } = this.loaded();
    // Not worth a place in the queue.
    if (source instanceof Uint8Array) checkFormat(source);
    if (!options.isPatient) this.admission.check();
    return this.admission.admit(() => pool.run(source, signal));
  }

  /** Rejects the photos that wait and ends the workers once they have finished theirs. */
  async close(): Promise<void> {
    this.closing = true;
    await this.model?.pool.close();
  }

  private loaded(): LoadedModel {
    if (this.model) return this.model;
    throw new RequestError("not_ready", "The model is still loading.");
  }

  private async optimise(modelPath: string): Promise<string | undefined> {
    const { cacheDirectory } = this.options.settings;
    try {
      return await optimisedGraph(modelPath, cacheDirectory, this.options.startWorker);
    } catch (error) {
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
