import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { inOrder } from "./in-order";

describe("inOrder", () => {
  it("gives results in the order of the items, whichever is ready first", async () => {
    const work = async (ms: number) => wait(ms, ms);
    const results: number[] = [];
    for await (const result of inOrder([30, 1, 20, 2, 3], 3, work)) results.push(result);
    assert.deepEqual(results, [30, 1, 20, 2, 3]);
  });

  it("takes no more items than it works on, however long the sequence", async () => {
    let taken = 0;
    let done = 0;
    function* items() {
      for (; taken < 1000; taken += 1) yield taken;
    }
    for await (const item of inOrder(items(), 4, async (item) => wait(0, item))) {
      assert.equal(item, done);
      done += 1;
      assert.ok(taken - done <= 4, `${taken} taken, ${done} done`);
    }
    assert.equal(done, 1000);
  });

  it("passes a failure on in its place", async () => {
    const work = async (item: number) => {
      if (item === 2) throw new Error("the second");
      return wait(5, item);
    };
    const seen: number[] = [];
    const run = async () => {
      for await (const item of inOrder([1, 2, 3], 3, work)) seen.push(item);
    };
    await assert.rejects(run(), /the second/);
    assert.deepEqual(seen, [1]);
  });
});
