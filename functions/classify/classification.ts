import { ClassifyError } from "./classify-error";

/** One class and how probable it is, 0 to 1. */
export interface Prediction {
  readonly label: string;
  readonly probability: number;
}

/** What an endpoint says about one photo. */
export interface Classification {
  /** One score a class, in the model's order. */
  readonly scores: readonly number[];
  /** All classes, the most probable first; absent where the endpoint knows no labels. */
  readonly predictions?: readonly Prediction[];
  /** Which model it was, such as "sha256:0123456789ab"; absent where the endpoint does not tell. */
  readonly model?: string;
}

/**
 * Reads an endpoint's answer: the labelled form `{"predictions", "scores", "model"}`, or the original containers' plain
 * `[[score, …]]`, which has no labels. An index is not a label, so none is made up.
 *
 * @param endpointName for the message
 * @throws ClassifyError with status 502 when it is neither
 */
export function parseClassification(body: Uint8Array, endpointName: string): Classification {
  const answer = parseJson(body, endpointName);
  if (Array.isArray(answer)) {
    const scores: unknown = answer.length === 1 ? answer[0] : undefined;
    if (isScores(scores)) return { scores };
  } else if (typeof answer === "object" && answer !== null) {
    const { scores, predictions, model } = answer as Record<string, unknown>;
    if (isScores(scores) && isPredictions(predictions)) {
      const labels = predictions.map(({ label, probability }) => ({ label, probability }));
      return { scores, predictions: labels, ...(typeof model === "string" ? { model } : {}) };
    }
  }
  throw unreadable(endpointName);
}

function parseJson(body: Uint8Array, endpointName: string): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch (cause) {
    throw unreadable(endpointName, cause);
  }
}

function isScores(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((score) => Number.isFinite(score));
}

function isPredictions(value: unknown): value is Prediction[] {
  return Array.isArray(value) && value.every(isPrediction);
}

function isPrediction(value: unknown): value is Prediction {
  if (typeof value !== "object" || value === null) return false;
  const { label, probability } = value as Record<string, unknown>;
  return typeof label === "string" && Number.isFinite(probability);
}

function unreadable(endpointName: string, cause?: unknown): ClassifyError {
  return new ClassifyError(
    "invalid_endpoint_answer",
    `The endpoint ${endpointName} answered with something other than scores; needed: ` +
      '{"predictions": […], "scores": […]} or [[score, …]]. Check which container it runs.',
    { cause },
  );
}
