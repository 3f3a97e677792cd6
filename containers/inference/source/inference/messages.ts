import type { Pixels } from "../photo/resize";

/** What computes the model. */
export const executionProviders = ["cpu", "cuda"] as const;
export type ExecutionProvider = (typeof executionProviders)[number];

/** What a worker thread is told first. */
export type WorkerTask =
  | {
      readonly task: "optimise";
      readonly modelPath: string;
      /** Where the optimised graph is written. */
      readonly target: string;
    }
  | {
      readonly task: "infer";
      readonly modelPath: string;
      /** The same graph, already optimised for this processor, where there is one. */
      readonly optimisedPath?: string;
      readonly provider: ExecutionProvider;
      /** Threads that the session computes with. */
      readonly threads: number;
      /** Threads that a second session has, for a photo that comes alone, where there is to be one. */
      readonly loneThreads?: number;
      readonly classCount: number;
      /** Photos computed at once, at most. */
      readonly maxBatch: number;
      /** Pixels of the shorter side after resizing, and of the square cut from the middle. */
      readonly sizes: { readonly resize: number; readonly crop: number };
    };

/** Main thread to worker: photos to compute at once; their pixels are transferred. */
export interface Job {
  readonly photos: readonly Pixels[];
  /** Whether nothing else is computed, so that all cores are free. */
  readonly isAlone: boolean;
}

/** What a worker makes of a photo. */
export interface Inference {
  /** float32 [classes], in class order. */
  readonly logits: Float32Array;
  /** Milliseconds for resizing and cropping. */
  readonly resizeMs: number;
  /** Milliseconds in the model, of the whole batch. */
  readonly inferenceMs: number;
}

/** A photo that failed has a message; the others of its batch do not suffer from it. */
export type Outcome = Inference | { readonly failure: string };

/** Worker to main thread. */
export type WorkerMessage =
  /** The task's start is done: a first inference has passed, or the optimised graph is written. */
  | {
      readonly type: "ready";
      /** Why the optimised graph could not be used, where it could not. */
      readonly damage?: string;
    }
  /** The model can't be used; `message` is one line for a person. */
  | { readonly type: "unusable"; readonly message: string }
  | {
      readonly type: "done";
      /** One for each photo, in order. */
      readonly outcomes: readonly Outcome[];
      /** Buffers of pixels to be used again. */
      readonly buffers: readonly ArrayBuffer[];
    };
