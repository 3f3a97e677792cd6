import type { Preprocessing, Source } from "../photo/pixels";

/** What computes the model. */
export const executionProviders = ["cpu", "cuda"] as const;
export type ExecutionProvider = (typeof executionProviders)[number];

/** Name of the optimised graph in its folder. */
export const optimisedName = "model.onnx";

/** What a worker thread is told: to optimise or to infer first, and to end last. */
export type WorkerTask =
  /** To end, once it has done what it was told before. */
  | { readonly task: "end" }
  | {
      readonly task: "optimise";
      readonly modelPath: string;
      /** Folder that the optimised graph is written to. */
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
      readonly preprocess: Preprocessing;
    };

/** Main thread to worker: photos to compute at once; their bytes are transferred. */
export interface Job {
  readonly photos: readonly Source[];
  /** Whether nothing else is computed, so that all cores are free. */
  readonly isAlone: boolean;
}

/** What a worker makes of a photo. */
export interface Inference {
  /** float32 [classes], in class order. */
  readonly logits: Float32Array;
  /** Milliseconds for decoding, resizing and cropping. */
  readonly decodeMs: number;
  /** Milliseconds in the model, of the whole batch. */
  readonly inferenceMs: number;
}

/** Why a photo was not classified. */
export interface Failure {
  readonly failure: string;
  /** The error's code, where the photo is to blame. */
  readonly code?: string;
}

/** A photo that failed does no harm to the others of its batch. */
export type Outcome = Inference | Failure;

/** Worker to main thread. */
export type WorkerMessage =
  /** The task's start is done: a first inference has passed, or the optimised graph is written. */
  | {
      readonly type: "ready";
      /** Photos that it computes at once, as far as the graph tells: one, if its first dimension is fixed. */
      readonly maxBatch: number;
      /** Why the optimised graph could not be used, where it could not. */
      readonly damage?: string;
    }
  /** The model can't be used; `message` is one line for a person. */
  | { readonly type: "unusable"; readonly message: string }
  | {
      readonly type: "done";
      /** One for each photo, in order. */
      readonly outcomes: readonly Outcome[];
      /** Whether the model turned out to take no more than one photo at once. */
      readonly takesOneOnly: boolean;
    };
