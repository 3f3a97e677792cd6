import assert from "node:assert/strict";

import * as fc from "fast-check";

import { percent, readableLabel, verdictOf } from "./verdict";

describe("an answer in words", () => {
  it("drops folder numbers and underscores from a class", () => {
    const labels = {
      "112.Nova_scotia_duck_tolling_retriever": "Nova scotia duck tolling retriever",
      "001.Affenpinscher": "Affenpinscher",
      "n02086240-Shih-Tzu": "Shih-Tzu",
      "n02099601-golden_retriever": "Golden retriever",
      "042_flat-coated_retriever": "Flat-coated retriever",
      "not a dog": "Not a dog",
      "7up": "7up",
      "2024": "2024",
      "12.5": "12.5",
      __: "__",
    };
    for (const [label, name] of Object.entries(labels)) {
      assert.equal(readableLabel(label), name);
    }
  });

  it("never makes a class nameless", () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }), (label) => readableLabel(label).length > 0));
  });

  it("says that it is not sure rather than name an improbable class", () => {
    const doubts = [0.95, 0.6, 0.35].map((probability) =>
      verdictOf([
        { label: "great_dane", probability },
        { label: "beagle", probability: 0.01 },
      ]),
    );
    assert.deepEqual(doubts, [
      { headline: "Great dane", doubt: "none" },
      { headline: "Great dane", doubt: "some" },
      { headline: "Not sure", doubt: "much" },
    ]);
  });

  it("reads 100 % for certainty alone", () => {
    assert.deepEqual(
      [1, 0.9999, 0.005].map((each) => percent(each, 1)),
      ["100.0 %", "99.9 %", "0.5 %"],
    );
    assert.deepEqual([percent(0.999), percent(0.004)], ["99 %", "< 1 %"]);
  });
});
