import { messageOf } from "../errors";
import type { Pixels, Resizer } from "../photo/resize";
import type { Outcome } from "./messages";

export interface Batch {
  readonly photos: readonly Pixels[];
  /** uint8 [at least as many as photos, crop, crop, 3], overwritten. */
  readonly images: Uint8Array;
  readonly resizer: Pick<Resizer, "resizeAndCrop">;
  readonly crop: number;
  /** Computes uint8 [count, crop, crop, 3]; gives logits [classes] for each. */
  readonly run: (images: Uint8Array, count: number) => Promise<Float32Array[]>;
}

/**
 * Resizes and classifies photos together. If the model fails on them together, each is tried alone, so that a photo fails for its own sake only.
 * @returns one outcome a photo, in order
 */
export async function inferEach(batch: Batch): Promise<Outcome[]> {
  const { photos, images, crop, run } = batch;
  const imageBytes = crop * crop * 3;
  const imageAt = (place: number) => images.subarray(place * imageBytes, (place + 1) * imageBytes);
  const outcomes: Outcome[] = photos.map(() => ({ failure: "it was not classified" }));
  const resized: { readonly index: number; readonly resizeMs: number }[] = [];
  photos.forEach((photo, index) => {
    const startedAt = performance.now();
    try {
      batch.resizer.resizeAndCrop(photo, imageAt(resized.length));
      resized.push({ index, resizeMs: performance.now() - startedAt });
    } catch (error) {
      outcomes[index] = { failure: messageOf(error) };
    }
  });
  const compute = async (first: number, count: number) => {
    const startedAt = performance.now();
    const part = images.subarray(first * imageBytes, (first + count) * imageBytes);
    const rows = await run(part, count);
    const inferenceMs = performance.now() - startedAt;
    rows.forEach((logits, row) => {
      const { index, resizeMs } = resized[first + row]!;
      outcomes[index] = { logits, resizeMs, inferenceMs };
    });
  };
  if (resized.length === 0) return outcomes;
  try {
    await compute(0, resized.length);
  } catch (problem) {
    for (const [place, { index }] of resized.entries()) {
      try {
        if (resized.length === 1) throw problem;
        await compute(place, 1);
      } catch (error) {
        outcomes[index] = { failure: messageOf(error) };
      }
    }
  }
  return outcomes;
}
