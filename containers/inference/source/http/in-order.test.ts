import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
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

  it("gives a result as soon as it is there, though the next item has not come", async () => {
    const coming = new EventEmitter();
    async function* items() {
      yield 1;
      await once(coming, "next");
      yield 2;
    }
    const results = inOrder(items(), 3, (item) => wait(1, item));
    assert.deepEqual(await results.next(), { done: false, value: 1 });
    coming.emit("next");
    assert.deepEqual(await results.next(), { done: false, value: 2 });
    assert.equal((await results.next()).done, true);
  });

  it("gives what is done before a failure of the sequence itself", async () => {
    async function* items() {
      yield* [1, 2];
      throw new Error("no more comes");
    }
    const results = inOrder(items(), 3, (item) => wait(20, item));
    assert.equal((await results.next()).value, 1);
    assert.equal((await results.next()).value, 2);
    await assert.rejects(results.next(), /no more comes/);
  });

  it("ends the sequence when nobody wants more of it", async () => {
    let isEnded = false;
    function* items() {
      try {
        for (let item = 0; ; item += 1) yield item;
      } finally {
        isEnded = true;
      }
    }
    for await (const item of inOrder(items(), 3, (item) => wait(0, item))) if (item === 5) break;
    await wait(0);
    assert.ok(isEnded);
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
