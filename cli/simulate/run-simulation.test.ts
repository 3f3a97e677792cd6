import assert from "node:assert/strict";

import { runHere } from "../testing/run-here";
import { TemporaryStack } from "../testing/temporary-stack";

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

  it("refuses more than a process can hold, and a fleet that can't be", async () => {
    const ask = (...options: readonly string[]) =>
      runHere("simulate", "main", "--service-ms", "5", ...options);
    for (const [options, message] of [
      [["--rate", "1e9", "--seconds", "0.01"], /at most 1000000000 a second; .* 20000 a second/],
      [["--rate", "1e-5", "--seconds", "1e10"], /in 115741 days.* 31 days/],
      [["--rate", "20000", "--seconds", "2000"], /40000000 requests/],
      [["--rate", "1", "--min", "3", "--max", "2"], /3 to 2 instances can't be simulated/],
      [["--rate", "1", "--max", "1000000"], /1 to 1000000 instances/],
    ] as const) {
      const { code, stderr } = await ask(...options);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
  });

  it("recommends settings that the configuration takes", async () => {
    for (const [metric, key] of [
      ["invocations", "invocationsPerInstance"],
      ["concurrency", "concurrentRequestsPerInstance"],
    ] as const) {
      const { stdout } = await runHere(
        ...["simulate", "main", "--rate", "20", "--seconds", "120", "--service-ms", "250"],
        ...["--goal-p95", "900", "--metric", metric],
      );
      const form = `scaling: { minInstances: \\d, maxInstances: \\d, ${key}: \\d+ }`;
      assert.match(stdout, new RegExp(form));
    }
  });

  it("says what keeps every fleet from a latency", async () => {
    const { code, stdout } = await runHere(
      ...["simulate", "main", "--rate", "20", "--seconds", "60", "--service-ms", "50"],
      ...["--function-concurrency", "1", "--goal-p95", "600"],
    );
    assert.equal(code, 1);
    assert.match(
      stdout,
      /No fleet reaches that latency.*--service-ms and the function's concurrency/,
    );
  });

  describe("of a stack with other endpoints", () => {
    const stack = new TemporaryStack();
    const simulated = (endpoint: string) =>
      runHere("simulate", endpoint, "--stack", stack.name, "--rate", "1", "--service-ms", "5");
    before(() => {
      const serving = { mode: "realtime", instanceType: "ml.c5.large" };
      stack.configure({
        environment: "dev",
        monitoring: { emails: ["team@example.com"] },
        endpoints: {
          fixed: { model: "samples/model", serving: { ...serving, instanceCount: 2 } },
          stepped: {
            model: "samples/model",
            serving,
            scaling: {
              minInstances: 1,
              maxInstances: 3,
              steps: {
                metric: "cpu",
                scaleOut: [{ from: 60, add: 1 }],
                scaleIn: [{ upTo: 20, remove: 1 }],
              },
            },
          },
        },
      });
    });
    after(() => stack.remove());

    it("knows a fleet that does not scale", async () => {
      const { code, stdout, stderr } = await simulated("fixed");
      assert.equal(code, 0, stderr);
      assert.match(stdout, /2\.\.2 instances, not scaled/);
    });

    it("refuses a kind of scaling that it does not simulate", async () => {
      const { code, stderr } = await simulated("stepped");
      assert.equal(code, 2);
      assert.match(stderr, /stepped scales in steps or by a backlog/);
    });
  });
});
