import type { Classification } from "../inference/pool";
import type { AnswerType } from "./negotiation";
import { writeRows } from "./npy";

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
  readonly timings: ReturnType<typeof timingsOf> & { readonly total_ms: number };
}

/** What answers say of the model. */
export interface AnswerContext {
  readonly name: string;
  readonly classes: readonly string[];
}

/** A photo's classification, and how long the whole took. */
export interface Result {
  readonly classification: Classification;
  readonly totalMs: number;
}

/**
 * The answer's body for photos, in their order.
 * @param areMany whether labelled answers come as a list, even if it is of one
 * @returns what is sent as JSON; text for JSON lines; bytes for NumPy
 */
export function answerOf(
  type: AnswerType,
  results: readonly Result[],
  model: AnswerContext,
  areMany: boolean,
): unknown {
  const rows = () => results.map(({ classification }) => [...classification.logits]);
  const labelled = () =>
    results.map(({ classification, totalMs }) => kennelAnswer(classification, model, totalMs));
  const asLines = (values: readonly unknown[]) =>
    values.map((value) => `${JSON.stringify(value)}\n`).join("");
  switch (type) {
    case "application/json":
      return rows();
    case "application/jsonlines":
      return asLines(rows());
    case "application/vnd.kennel+jsonlines":
      return asLines(labelled());
    case "application/x-npy":
      return writeRows(results.map(({ classification }) => classification.logits));
    case "application/vnd.kennel+json":
      return areMany ? labelled() : labelled()[0];
  }
}

/** The answer with labels. */
export function kennelAnswer(
  classification: Classification,
  model: AnswerContext,
  totalMs: number,
): KennelAnswer {
  const probabilities = softmax(classification.logits);
  const predictions = model.classes
    .map((label, index) => ({ label, probability: probabilities[index]! }))
    .sort((a, b) => b.probability - a.probability);
  return {
    predictions,
    scores: [...classification.logits],
    model: model.name,
    timings: { ...timingsOf(classification), total_ms: rounded(totalMs) },
  };
}

/** Probabilities of logits [classes]; the largest is subtracted first, so that none overflows. */
export function softmax(logits: Float32Array): number[] {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

/** Where a photo's time went, in milliseconds. */
export function timingsOf({ queueMs, decodeMs, inferenceMs }: Classification) {
  return {
    queue_ms: rounded(queueMs),
    decode_ms: rounded(decodeMs),
    inference_ms: rounded(inferenceMs),
  };
}

export function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
