import assert from "node:assert/strict";
import { RequestError } from "../errors";
import type { Pixels, Source } from "../photo/pixels";
import { inferEach } from "./batch";

const crop = 2;
const imageBytes = crop * crop * 3;

function photo(value: number) {
  return { data: Uint8Array.of(value), width: 1, height: 1 };
}

/** Fills the image with the photo's value; fails for 99. */
const preprocessor = {
  fill: async (source: Source, target: Uint8Array) => {
    const { data } = source as Pixels;
    if (data[0] === 99) throw new RequestError("unreadable_photo", "can't be decoded");
    target.fill(data[0]!);
  },
};

describe("inferEach", () => {
  const runs: number[][] = [];
  let narrowed = false;

  /** Answers each image's first byte; fails for any batch with a 13. */
  async function run(images: Uint8Array, count: number): Promise<Float32Array[]> {
    assert.equal(images.length, count * imageBytes);
    const values = Array.from({ length: count }, (_, index) => images[index * imageBytes]!);
    runs.push(values);
    if (values.includes(13)) throw new Error("a bad photo");
    if (values.includes(7) && count > 1) throw new Error("no room for more than one");
    return values.map((value) => Float32Array.of(value));
  }

  async function outcomesOf(values: readonly number[]) {
    runs.length = 0;
    const images = new Uint8Array(8 * imageBytes);
    const { outcomes, takesOneOnly } = await inferEach({
      photos: values.map(photo),
      images,
      preprocessor,
      crop,
      run,
    });
    narrowed = takesOneOnly;
    return outcomes.map((outcome) => ("logits" in outcome ? outcome.logits[0] : outcome.failure));
  }

  it("computes all at once and keeps their order", async () => {
    assert.deepEqual(await outcomesOf([1, 2, 3]), [1, 2, 3]);
    assert.deepEqual(runs, [[1, 2, 3]]);
  });

  it("leaves out a photo that can't be decoded, and says what its client is told", async () => {
    assert.deepEqual(await outcomesOf([1, 99, 3]), [1, "can't be decoded", 3]);
    assert.deepEqual(runs, [[1, 3]]);
    assert.deepEqual(await outcomesOf([99]), ["can't be decoded"]);
    const { outcomes } = await inferEach({
      photos: [photo(99)],
      images: new Uint8Array(imageBytes),
      preprocessor,
      crop,
      run,
    });
    assert.deepEqual(outcomes[0], { failure: "can't be decoded", code: "unreadable_photo" });
    assert.deepEqual(runs, []);
  });

  it("tries each alone when the batch fails, so that only the culprit does", async () => {
    assert.deepEqual(await outcomesOf([1, 13, 3]), [1, "a bad photo", 3]);
    assert.deepEqual(runs, [[1, 13, 3], [1], [13], [3]]);
    assert.ok(!narrowed);
    assert.deepEqual(await outcomesOf([13]), ["a bad photo"]);
    assert.deepEqual(runs, [[13]]);
    assert.ok(!narrowed);
  });

  it("finds out that a model takes one photo at a time", async () => {
    assert.deepEqual(await outcomesOf([7]), [7]);
    assert.ok(!narrowed);
    assert.deepEqual(await outcomesOf([7, 8]), [7, 8]);
    assert.ok(narrowed);
  });
});
