import assert from "node:assert/strict";

import { runHere } from "../testing/run-here";

describe("kennel cost", function () {
  this.timeout(60_000);

  it("names the best value within a deadline, and fails where nothing is within it", async () => {
    const found = await runHere("cost", "train", "--deadline", "20");
    assert.equal(found.code, 0, found.stderr);
    assert.match(found.stdout, /ml\.m5\.xlarge .*best value/);
    const none = await runHere("cost", "train", "--deadline", "1", "--json");
    assert.equal(none.code, 1);
    assert.equal((JSON.parse(none.stdout) as { bestValue: unknown }).bestValue, null);
  });

  it("refuses a region without prices, what is not a model and what is not a photo", async () => {
    for (const verb of ["train", "serve", "prices"]) {
      const run = await runHere("cost", verb, "--region", "mars-1");
      assert.equal(run.code, 2);
      assert.match(run.stderr, /^kennel: no prices are known for the region "mars-1"/);
    }
    const nowhere = await runHere("cost", "serve", "--model", "/nowhere");
    assert.deepEqual(
      [nowhere.code, nowhere.stderr],
      [2, "kennel: --model /nowhere: there is no such folder. Name a model directory.\n"],
    );
    const text = await runHere("cost", "serve", "--seconds", "1", "--photo", __filename);
    assert.equal(text.code, 1);
    assert.match(text.stderr, /kennel: the server refused cost\.test\.ts \(415\): .*photo/);
    assert.doesNotMatch(text.stderr, /not expected/);
  });

  it("adds up a stack, at rest and at most", async () => {
    const run = await runHere("cost", "stack", "--stack", "dev", "--json");
    assert.equal(run.code, 0, run.stderr);
    const cost = JSON.parse(run.stdout) as { atRest: number; atMost: number; isComplete: boolean };
    assert.ok(cost.atRest > 50 && cost.atMost > cost.atRest);
    assert.equal(cost.isComplete, true);
  });

  it("measures a model here, and says what a million photos cost", async () => {
    const run = await runHere("cost", "serve", "--seconds", "1", "--json");
    assert.equal(run.code, 0, run.stderr);
    const { rate, costs } = JSON.parse(run.stdout) as {
      rate: { photosPerSecond: number };
      costs: { instanceType: string; dollarsPerMillion: number }[];
    };
    assert.ok(rate.photosPerSecond > 0);
    assert.ok(costs.length > 10 && costs[0]!.dollarsPerMillion > 0);
  });
});
