import type { Worker } from "node:worker_threads";
import { messageOf, RequestError, StartupError } from "../errors";
import { bytesOf, type Source } from "../photo/pixels";
import { endWorker } from "./end-worker";
import type { Inference, Job, Outcome, WorkerMessage, WorkerTask } from "./messages";

export interface PoolOptions {
  /** Number of workers. */
  readonly size: number;
  readonly startWorker: () => Worker;
  /** What a worker is told first; the first of them, with index 0, gets the photos that come alone. */
  readonly taskOf: (index: number) => WorkerTask;
  /** Photos that a worker computes at once, at most. @default 1 */
  readonly maxBatch?: number;
  /** Milliseconds that a photo waits for others to be computed with, at most. @default 0 */
  readonly batchWindowMs?: number;
  /** Called when a worker had to do without the optimised graph, with the reason. */
  readonly onDamage?: (reason: string) => void;
  /** Called when a worker that was ready is gone, with the reason. */
  readonly onCrash: (reason: string) => void;
  /** Milliseconds before a worker that can't even start is tried again. @default 1000 */
  readonly restartDelayMs?: number;
}

export interface Classification extends Inference {
  /** Milliseconds that the photo waited for a worker. */
  readonly queueMs: number;
}

interface PendingJob {
  readonly photo: Source;
  readonly since: number;
  readonly signal: AbortSignal;
  readonly resolve: (result: Classification) => void;
  readonly reject: (error: unknown) => void;
  queueMs: number;
}

interface Slot {
  readonly index: number;
  worker: Worker;
  state: "starting" | "ready" | "unusable";
  /** Batches that the worker has: the one it computes, and the next. */
  batches: (readonly PendingJob[])[];
  failure?: string;
}

/** Batches that a worker has at once: with the next one already there, it never waits for the main thread. */
export const batchesAtHand = 2;
/** Bytes of a photo that takes longer to decode than to classify: it goes alone, since no other gains from waiting for it. */
const largePhoto = 1024 * 1024;

/**
 * Worker threads, each with its own session, and a first-come-first-served queue before them. A worker that dies takes only its
 * own photos with it and is replaced while the others serve. Where `maxBatch` is more than 1, a worker takes what waits, and
 * waits for more only within the window.
 */
export class InferencePool {
  /** Resolves once every worker has passed a first inference; rejects with a StartupError if the model can't be used. */
  readonly ready: Promise<void>;
  private readonly slots: Slot[] = [];
  private readonly queue: PendingJob[] = [];
  private largestBatch: number;
  private wasReady = false;
  private closing = false;
  private windowTimer?: NodeJS.Timeout;
  private settleReady!: { resolve: () => void; reject: (error: Error) => void };

  constructor(private readonly options: PoolOptions) {
    this.largestBatch = options.maxBatch ?? 1;
    this.ready = new Promise((resolve, reject) => {
      this.settleReady = { resolve, reject };
    });
    for (let index = 0; index < options.size; index += 1) this.slots.push(this.start(index));
  }

  /** Photos that a worker computes at once, at most, as far as is known. */
  get maxBatch(): number {
    return this.largestBatch;
  }

  /** Why no photo can be classified now; undefined if one can. */
  get notReadyReason(): string | undefined {
    const started = this.slots.filter(({ state }) => state === "ready").length;
    if (!this.wasReady) {
      return `the model is loading: ${started} of ${this.slots.length} workers have passed a first inference`;
    }
    return started > 0 ? undefined : "every worker has crashed and is being replaced";
  }

  /**
   * Classifies one photo. Its buffer may be transferred: pass a copy of one that is needed afterwards.
   * @throws the signal's reason if it is aborted before a worker has taken the photo
   */
  run(photo: Source, signal: AbortSignal): Promise<Classification> {
    const onAbort = () => this.dropAborted();
    const result = new Promise<Classification>((resolve, reject) => {
      const since = performance.now();
      this.queue.push({ photo, since, signal, resolve, reject, queueMs: 0 });
      signal.addEventListener("abort", onAbort);
      this.dispatch();
    });
    return result.finally(() => signal.removeEventListener("abort", onAbort));
  }

  /** Ends the workers. Photos that are still waiting are rejected, and those that are being computed are finished. */
  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.windowTimer);
    for (const job of this.queue.splice(0)) job.reject(workerGone("the server is stopping"));
    await Promise.all(this.slots.map(({ worker }) => endWorker(worker)));
  }

  private start(index: number): Slot {
    const worker = this.options.startWorker();
    const slot: Slot = { index, worker, state: "starting", batches: [] };
    this.watch(slot);
    return slot;
  }

  private watch(slot: Slot): void {
    slot.worker.on("message", (message: WorkerMessage) => this.receive(slot, message));
    slot.worker.on("error", (error) => {
      slot.failure = messageOf(error);
    });
    slot.worker.on("exit", (code) => this.replace(slot, code));
    slot.worker.postMessage(this.options.taskOf(slot.index));
  }

  private receive(slot: Slot, message: WorkerMessage): void {
    if (message.type === "unusable") {
      slot.failure = message.message;
      slot.state = "unusable";
      this.settleReady.reject(new StartupError(message.message));
      return;
    }
    if (message.type === "done") {
      const jobs = slot.batches.shift()!;
      jobs.forEach((job, index) => settle(job, message.outcomes[index]!));
      if (message.takesOneOnly) this.largestBatch = 1;
    } else {
      slot.state = "ready";
      this.largestBatch = Math.min(this.largestBatch, message.maxBatch);
      if (message.damage) this.options.onDamage?.(message.damage);
      this.settleIfReady();
    }
    this.dispatch();
  }

  private settleIfReady(): void {
    if (this.wasReady || this.slots.some(({ state }) => state === "starting")) return;
    this.wasReady = true;
    this.settleReady.resolve();
  }

  private replace(slot: Slot, exitCode: number): void {
    const [computed = [], ...ahead] = slot.batches.splice(0);
    for (const job of computed) job.reject(workerGone("the worker that had this photo crashed"));
    if (this.closing) {
      for (const job of ahead.flat()) job.reject(workerGone("the server is stopping"));
      return;
    }
    this.queue.unshift(...ahead.flat());
    const reason = slot.failure ?? `exit code ${exitCode}`;
    const hadStarted = slot.state === "ready";
    delete slot.failure;
    slot.state = "starting";
    if (!this.wasReady) {
      this.settleReady.reject(new StartupError(`a worker ended while loading: ${reason}`));
      return;
    }
    this.options.onCrash(reason);
    const restart = () => {
      if (this.closing) return;
      slot.worker = this.options.startWorker();
      this.watch(slot);
    };
    if (hadStarted) restart();
    else setTimeout(restart, this.options.restartDelayMs ?? 1000).unref();
  }

  private dispatch(): void {
    clearTimeout(this.windowTimer);
    if (this.closing) return;
    for (;;) {
      this.dropAborted();
      const oldest = this.queue[0];
      if (!oldest) return;
      const { maxBatch } = this;
      const slot = this.leastBusy();
      const batch = this.nextBatch();
      if (!slot || (slot.batches.length > 0 && !this.canBeAhead(batch))) return;
      const { batchWindowMs = 0 } = this.options;
      const remainingMs = oldest.since + batchWindowMs - performance.now();
      if (this.queue.length < maxBatch && remainingMs > 0) {
        this.windowTimer = setTimeout(() => this.dispatch(), Math.ceil(remainingMs));
        return;
      }
      this.give(slot, this.queue.splice(0, batch.length));
    }
  }

  /** The first of the least busy workers; undefined if none can take another batch. */
  private leastBusy(): Slot | undefined {
    const ready = this.slots.filter(({ state }) => state === "ready");
    const least = Math.min(...ready.map(({ batches }) => batches.length));
    return least < batchesAtHand
      ? ready.find(({ batches }) => batches.length === least)
      : undefined;
  }

  /** What is computed next, from the front of the queue; a large photo alone. */
  private nextBatch(): readonly PendingJob[] {
    const waiting = this.queue.slice(0, this.maxBatch);
    const large = waiting.findIndex(isLarge);
    return large < 0 ? waiting : waiting.slice(0, Math.max(large, 1));
  }

  /**
   * Whether a batch may be handed on ahead. It is copied, so that it survives a crash of the worker, which must not take long;
   * and it is half full at least, because from then on it doesn't grow.
   */
  private canBeAhead(batch: readonly PendingJob[]): boolean {
    return batch.length >= this.maxBatch / 2 && !batch.some(isLarge);
  }

  private dropAborted(): void {
    for (const job of this.queue.filter(({ signal }) => signal.aborted)) {
      this.queue.splice(this.queue.indexOf(job), 1);
      job.reject(job.signal.reason);
    }
  }

  private give(slot: Slot, jobs: readonly PendingJob[]): void {
    for (const job of jobs) job.queueMs = performance.now() - job.since;
    const isAlone = jobs.length === 1 && this.slots.every(({ batches }) => batches.length === 0);
    const isAhead = slot.batches.length > 0;
    slot.batches.push(jobs);
    const photos = jobs.map(({ photo }) => transferable(photo));
    const buffers = photos.map((photo) => bytesOf(photo).buffer as ArrayBuffer);
    slot.worker.postMessage({ photos, isAlone } satisfies Job, isAhead ? [] : buffers);
  }
}

function settle(job: PendingJob, outcome: Outcome): void {
  if (!("failure" in outcome)) return job.resolve({ ...outcome, queueMs: job.queueMs });
  const { failure, code } = outcome;
  job.reject(code ? new RequestError(code, failure) : new Error(failure));
}

function isLarge({ photo }: PendingJob): boolean {
  return bytesOf(photo).byteLength > largePhoto;
}

/** The photo in a buffer of its own; one that is part of a larger buffer is copied. */
function transferable(photo: Source): Source {
  const bytes = bytesOf(photo);
  // A buffer from Node's pool is always larger than the bytes in it.
  if (bytes.byteLength === bytes.buffer.byteLength && bytes.byteLength > 0) return photo;
  const copy = new Uint8Array(bytes);
  return photo instanceof Uint8Array ? copy : { ...photo, data: copy };
}

function workerGone(reason: string): RequestError {
  return new RequestError("worker_lost", `The photo was not classified: ${reason}.`);
}
