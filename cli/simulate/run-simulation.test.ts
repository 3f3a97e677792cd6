import assert from "node:assert/strict";

import { runHere } from "../testing/run-here";

interface Answer {
  readonly endpoint: { readonly scaling: { readonly target: number } };
  readonly requests: number;
  readonly dollars: number;
  readonly recommendation: { readonly minInstances: number; readonly p95: number };
}

describe("kennel simulate", function () {
  this.timeout(60_000);

  it("reads an endpoint from the stack, and recommends what holds a latency", async () => {
    const run = await runHere(
      ...["simulate", "main", "--rate", "20", "--seconds", "600", "--service-ms", "250"],
      ...["--goal-p95", "600", "--json"],
    );
    assert.equal(run.code, 1, "one instance does not hold twenty requests a second");
    const answer = JSON.parse(run.stdout) as Answer;
    assert.ok(Math.abs(answer.requests - 12_000) < 500);
    assert.ok(answer.dollars > 0);
    assert.ok(answer.recommendation.minInstances >= 3);
    assert.ok(answer.recommendation.p95 <= 600);
  });

  it("shows the fleet over time, and says what an instance can't reach", async () => {
    const run = await runHere(
      ...["simulate", "main", "--rate", "1", "--service-ms", "250", "--target", "600"],
    );
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /p95 latency \(ms\)/);
    assert.match(run.stdout, /more than an instance can answer \(480 a minute\)/);
  });

  it("names an endpoint that the stack does not have, and traffic that nobody gave", async () => {
    const unknown = await runHere("simulate", "cats", "--rate", "1", "--service-ms", "5");
    assert.notEqual(unknown.code, 0);
    assert.match(unknown.stderr, /has no endpoint "cats" with a model\. Endpoints: main\./);
    const silent = await runHere("simulate", "main", "--service-ms", "5");
    assert.match(silent.stderr, /one of --rate N \(a second\) and --traffic FILE/);
  });
});
