import assert from "node:assert/strict";
import { percentile, renderSpread, spread } from "./spread";

describe("spread", () => {
  it("is the median between the ends", () => {
    assert.deepEqual(spread([3, 1, 2]), { median: 2, lowest: 1, highest: 3 });
    assert.deepEqual(spread([4, 1, 2, 3]), { median: 2.5, lowest: 1, highest: 4 });
  });

  it("is not a number where nothing was measured", () => {
    assert.deepEqual(spread([]), { median: NaN, lowest: NaN, highest: NaN });
  });

  it("is written with its ends, or as a dash", () => {
    assert.equal(renderSpread(spread([]), 1), "-");
    assert.equal(
      renderSpread({ median: 1234.56, lowest: 1, highest: 2000 }, 1),
      "1,234.6 (1.0-2,000.0)",
    );
  });
});

describe("percentile", () => {
  it("lies between neighbours", () => {
    assert.equal(percentile([30, 10, 20], 0.99), 29.8);
    assert.equal(percentile([7], 0.99), 7);
  });
});
