import assert from "node:assert/strict";
import { inTurn, spread } from "./measure";

describe("inTurn", () => {
  it("measures one after another, without the first round", async () => {
    const done: string[] = [];
    const work = (name: string) => () => done.push(name);
    const results = await inTurn(2, { a: work("a"), b: work("b") });
    assert.deepEqual(done, ["a", "b", "a", "b", "a", "b"]);
    assert.deepEqual(results, { a: [3, 5], b: [4, 6] });
  });
});

describe("spread", () => {
  it("is the median between the ends", () => {
    assert.equal(spread([30, 10, 20], 0), "20 (10-30)");
    assert.equal(spread([4, 1, 2, 3], 1), "2.5 (1.0-4.0)");
    assert.equal(spread([1234.56, 1, 2000], 1), "1,234.6 (1.0-2,000.0)");
  });
});
