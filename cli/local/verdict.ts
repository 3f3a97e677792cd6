import type { Prediction } from "../../functions/classify/classification";

/** At least this probable, an answer is given as it is. */
const SURE = 0.7;
/** Below this, the answer is that the model is not sure. */
const PROBABLE = 0.5;

/** What a person is told of predictions: `headline` is the answer, `doubt` how much to trust it. */
export interface Verdict {
  readonly headline: string;
  readonly doubt: "none" | "some" | "much";
}

/** The answer in words; a flat distribution is said to be one. Probabilities are taken as calibrated. */
export function verdictOf([best]: readonly Prediction[]): Verdict {
  if (best === undefined || best.probability < PROBABLE) {
    return { headline: "Not sure", doubt: "much" };
  }
  return {
    headline: readableLabel(best.label),
    doubt: best.probability < SURE ? "some" : "none",
  };
}

/**
 * A class as a person writes it: `112.Nova_scotia_duck_tolling_retriever` and `n02099601-golden_retriever` lose what is
 * there for folders.
 */
export function readableLabel(label: string): string {
  const name = label
    .replace(/^(n\d{8}[-_]|\d+\.|\d{2,}[-_ ])(?=.*\p{L})/u, "")
    .replace(/[_\s]+/g, " ")
    .trim();
  return name === "" ? label : name[0]!.toUpperCase() + name.slice(1);
}

/** Rounded down, so that only certainty reads 100 %; what is left of nothing is `< 1 %`. */
export function percent(probability: number, digits = 0): string {
  const scale = 10 ** digits;
  const least = 1 / (100 * scale);
  return probability < least
    ? `< ${(least * 100).toFixed(digits)} %`
    : `${(Math.floor(probability * 100 * scale) / scale).toFixed(digits)} %`;
}
