import type { Classification } from "../classifier";

export interface Prediction {
  readonly label: string;
  readonly probability: number;
}

export interface KennelAnswer {
  /** Every class, the most probable first. */
  readonly predictions: readonly Prediction[];
  /** The model's outputs in class order. */
  readonly scores: readonly number[];
  readonly model: string;
  /** Milliseconds. */
  readonly timings: {
    readonly queue_ms: number;
    readonly decode_ms: number;
    readonly inference_ms: number;
    readonly total_ms: number;
  };
}

/** The answer with labels. */
export function kennelAnswer(
  { logits, timings }: Classification,
  model: { readonly name: string; readonly classes: readonly string[] },
  totalMs: number,
): KennelAnswer {
  const probabilities = softmax(logits);
  const predictions = model.classes
    .map((label, index) => ({ label, probability: probabilities[index]! }))
    .sort((a, b) => b.probability - a.probability);
  return {
    predictions,
    scores: [...logits],
    model: model.name,
    timings: {
      queue_ms: rounded(timings.queueMs),
      decode_ms: rounded(timings.decodeMs),
      inference_ms: rounded(timings.inferenceMs),
      total_ms: rounded(totalMs),
    },
  };
}

/** The answer of old: one row of scores. */
export function plainAnswer({ logits }: Classification): number[][] {
  return [[...logits]];
}

/** Probabilities of logits [classes]; the largest is subtracted first, so that none overflows. */
export function softmax(logits: Float32Array): number[] {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
