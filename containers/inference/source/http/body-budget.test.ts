import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { readBody } from "./body";
import { BodyBudget } from "./body-budget";

describe("BodyBudget", () => {
  it("refuses what is beyond its room, and takes it again once that is given back", () => {
    const budget = new BodyBudget(100);
    const [first, second] = [budget.open(), budget.open()];
    first.take(60);
    second.take(40);
    assert.throws(() => second.take(1), { statusCode: 503, code: "overloaded" });
    assert.throws(() => budget.check(1), { statusCode: 503, message: /holds 100 bytes/ });
    first.close();
    first.take(1000);
    second.take(60);
    assert.throws(() => budget.check(1), { statusCode: 503 });
  });

  it("always takes a body that is alone", () => {
    const budget = new BodyBudget(10);
    budget.check(1000);
    const account = budget.open();
    account.take(500);
    account.take(500);
    assert.throws(() => budget.check(1), { statusCode: 503 });
  });

  it("counts what has come of a body, and not what is announced", async () => {
    const budget = new BodyBudget(100);
    const slow = new Readable({ read: () => undefined });
    slow.push(Buffer.alloc(10));
    const promised = readBody(slow, 1000, budget.open());
    await new Promise(setImmediate);
    budget.check(90);
    assert.throws(() => budget.check(91), { statusCode: 503 });
    slow.push(Buffer.alloc(5, 1));
    slow.push(null);
    assert.equal((await promised).length, 15);
  });
});

describe("readBody", () => {
  it("gives up on a body that turns out too large, and on one that breaks off", async () => {
    const large = Readable.from([Buffer.alloc(8), Buffer.alloc(8)]);
    await assert.rejects(readBody(large, 10, undefined), {
      statusCode: 413,
      message: "The body is larger than 10 bytes.",
    });
    const broken = new Readable({ read: () => undefined });
    const body = readBody(broken, 10, undefined);
    broken.destroy(new Error("aborted"));
    await assert.rejects(body, { statusCode: 400, message: "aborted." });
  });
});
