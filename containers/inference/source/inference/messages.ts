import type { Pixels } from "../photo/resize";

/** What a worker thread is started with. */
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
      /** Threads that the session computes with. */
      readonly threads: number;
      readonly classCount: number;
      /** Pixels of the shorter side after resizing, and of the square cut from the middle. */
      readonly sizes: { readonly resize: number; readonly crop: number };
    };

/** Main thread to worker: one photo; its pixels are transferred. */
export interface Job {
  readonly id: number;
  readonly pixels: Pixels;
}

/** What a worker makes of a photo. */
export interface Inference {
  /** float32 [classes], in class order. */
  readonly logits: Float32Array;
  /** Milliseconds for resizing and cropping. */
  readonly resizeMs: number;
  /** Milliseconds in the model. */
  readonly inferenceMs: number;
}

/** Worker to main thread. */
export type WorkerMessage =
  /** The task's start is done: a first inference has passed, or the optimised graph is written. */
  | { readonly type: "ready" }
  /** The model can't be used; `message` is one line for a person. */
  | { readonly type: "unusable"; readonly message: string }
  | { readonly type: "done"; readonly id: number; readonly inference: Inference }
  | { readonly type: "failed"; readonly id: number; readonly message: string };
