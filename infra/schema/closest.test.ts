import assert from "node:assert/strict";
import { closest } from "./closest";

describe("closest", () => {
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
      assert.equal(closest(word, keys), expected);
    });
  }

  it("has nothing to suggest where nothing is known", () => {
    assert.equal(closest("anything", []), undefined);
  });
});
