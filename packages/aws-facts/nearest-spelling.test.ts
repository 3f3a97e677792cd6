import assert from "node:assert/strict";
import { nearestSpelling } from "./nearest-spelling";

describe("nearestSpelling", () => {
  const keys = ["endpoints", "trainer", "tags", "data"];

  for (const [word, expected] of [
    ["endpionts", "endpoints"],
    ["Endpoints", "endpoints"],
    ["endpoint", "endpoints"],
    ["tag", "tags"],
    ["trianer", "trainer"],
    ["budget", undefined],
  ] as const) {
    it(`suggests ${expected ?? "nothing"} for ${word}`, () => {
      assert.equal(nearestSpelling(word, keys), expected);
    });
  }

  it("has nothing to suggest where nothing is known", () => {
    assert.equal(nearestSpelling("anything", []), undefined);
  });
});
