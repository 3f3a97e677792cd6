import { messageOf, RequestError } from "../errors";
import type { Preprocessor } from "../photo/preprocess";
import type { Source } from "../photo/pixels";
import type { Failure, Outcome } from "./messages";

export interface Batch {
  readonly photos: readonly Source[];
  /** uint8 [at least as many as photos, crop, crop, 3], overwritten. */
  readonly images: Uint8Array;
  readonly preprocessor: Pick<Preprocessor, "fill">;
  readonly crop: number;
  /** Computes uint8 [count, crop, crop, 3]; gives logits [classes] for each. */
  readonly run: (images: Uint8Array, count: number) => Promise<Float32Array[]>;
}

export interface BatchOutcome {
  /** One a photo, in order. */
  readonly outcomes: readonly Outcome[];
  /** Whether the model takes photos alone, but not together. */
  readonly takesOneOnly: boolean;
}

/**
 * Preprocesses and classifies photos together. If the model fails on them together, each is tried alone, so that a photo fails
 * for its own sake only.
 */
export async function inferEach(batch: Batch): Promise<BatchOutcome> {
  const { photos, images, crop, run } = batch;
  const imageBytes = crop * crop * 3;
  const imageAt = (place: number) => images.subarray(place * imageBytes, (place + 1) * imageBytes);
  const outcomes: Outcome[] = photos.map(() => ({ failure: "it was not classified" }));
  const filled: { readonly index: number; readonly decodeMs: number }[] = [];
  for (const [index, photo] of photos.entries()) {
    const startedAt = performance.now();
    try {
      await batch.preprocessor.fill(photo, imageAt(filled.length));
      filled.push({ index, decodeMs: performance.now() - startedAt });
    } catch (error) {
      outcomes[index] = failureOf(error);
    }
  }
  const compute = async (first: number, count: number) => {
    const startedAt = performance.now();
    const part = images.subarray(first * imageBytes, (first + count) * imageBytes);
    const rows = await run(part, count);
    const inferenceMs = performance.now() - startedAt;
    rows.forEach((logits, row) => {
      const { index, decodeMs } = filled[first + row]!;
      outcomes[index] = { logits, decodeMs, inferenceMs };
    });
  };
  if (filled.length === 0) return { outcomes, takesOneOnly: false };
  let failures = 0;
  try {
    await compute(0, filled.length);
    return { outcomes, takesOneOnly: false };
  } catch (problem) {
    for (const [place, { index }] of filled.entries()) {
      try {
        if (filled.length === 1) throw problem;
        await compute(place, 1);
      } catch (error) {
        failures += 1;
        outcomes[index] = { failure: messageOf(error) };
      }
    }
  }
  return { outcomes, takesOneOnly: failures === 0 };
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof RequestError)) return { failure: messageOf(error) };
  return { failure: error.message, code: error.code };
}
