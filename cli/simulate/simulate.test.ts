import assert from "node:assert/strict";
import fc from "fast-check";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import { meanWaitMDc, meanWaitMMc } from "../testing/queueing-theory";
import { canScaleOut, recommend } from "./recommend";
import { type Endpoint, simulate, type Simulation } from "./simulate";
import { steadyTraffic, type Traffic } from "./traffic";

const endpoint = (changes: Partial<Endpoint> = {}): Endpoint => ({
  scaling: {
    minInstances: 1,
    maxInstances: 1,
    target: 1e9,
    metric: "invocations",
    scaleInCooldown: 300,
    scaleOutCooldown: 60,
  },
  workers: 1,
  serviceSeconds: 0.25,
  serviceTimes: "constant",
  queueLength: Number.POSITIVE_INFINITY,
  startSeconds: 300,
  ...changes,
});
const run = (of: Endpoint, traffic: Traffic, seed = 1): Simulation =>
  simulate(of, traffic, xoroshiro128plus(seed));

describe("a simulated endpoint", function () {
  this.timeout(60_000);

  it("waits as M/M/c and M/D/c do, within 3 %", () => {
    for (const workers of [1, 2, 4]) {
      for (const busy of [0.5, 0.7]) {
        const load = workers * busy;
        const traffic = steadyTraffic(load, 400_000 / load);
        for (const [serviceTimes, expected] of [
          ["exponential", meanWaitMMc(workers, load)],
          ["constant", meanWaitMDc(workers, load)],
        ] as const) {
          const { meanWait } = run(endpoint({ workers, serviceSeconds: 1, serviceTimes }), traffic);
          const error = Math.abs(meanWait / 1000 / expected - 1);
          assert.ok(error < 0.03, `${serviceTimes} ${workers} ${busy}: ${meanWait} ${expected}`);
        }
      }
    }
  });

  it("answers, refuses or throttles each request, and keeps to its bounds", () => {
    fc.assert(
      fc.property(
        fc.record({
          rate: fc.integer({ min: 0, max: 60 }),
          later: fc.integer({ min: 0, max: 60 }),
          minInstances: fc.integer({ min: 1, max: 3 }),
          more: fc.integer({ min: 0, max: 4 }),
          target: fc.integer({ min: 1, max: 600 }),
          metric: fc.constantFrom("invocations" as const, "concurrency" as const),
          queueLength: fc.integer({ min: 0, max: 50 }),
          functionConcurrency: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
        }),
        ({ rate, later, minInstances, more, target, metric, queueLength, functionConcurrency }) => {
          const maxInstances = minInstances + more;
          const scaling = { ...endpoint().scaling, minInstances, maxInstances, target, metric };
          const steps = [
            { second: 0, requestsPerSecond: rate },
            { second: 600, requestsPerSecond: later },
          ];
          const found = run(endpoint({ scaling, workers: 2, queueLength, functionConcurrency }), {
            steps,
            seconds: 1500,
          });
          const answered = found.requests - found.refused - found.throttled;
          const { latency } = found;
          assert.equal(latency === null, answered === 0);
          assert.ok(latency === null || latency.p50 <= latency.p95);
          assert.ok(latency === null || latency.p50 >= 250 - 1e-6);
          for (const { instances } of found.minutes) {
            assert.ok(instances >= minInstances && instances <= maxInstances, String(instances));
          }
          assert.ok(found.instanceHours >= (minInstances * 1500) / 3600 - 1e-9);
          assert.ok(found.instanceHours <= (maxInstances * 1500) / 3600 + 1e-9);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("adds instances minutes after the load rises, and removes them long after it falls", () => {
    const scaling = { ...endpoint().scaling, maxInstances: 5, target: 120 };
    const { minutes } = run(endpoint({ scaling, startSeconds: 240 }), {
      steps: [
        { second: 0, requestsPerSecond: 1 },
        { second: 1200, requestsPerSecond: 3.5 },
        { second: 3600, requestsPerSecond: 0.5 },
      ],
      seconds: 9000,
    });
    const at = (minute: number): number => minutes[minute]!.instances;
    assert.deepEqual([at(10), at(22)], [1, 1]);
    assert.ok(at(45) >= 2, String(at(45)));
    assert.ok(at(65) >= 2, "not before fifteen minutes below the target");
    assert.equal(at(140), 1);
  });

  it("counts the instances at each minute's end, as many minutes as the traffic has", () => {
    const scaling = { ...endpoint().scaling, maxInstances: 2, target: 60, scaleInCooldown: 60 };
    const { minutes } = run(endpoint({ scaling, startSeconds: 90 }), {
      steps: [
        { second: 0, requestsPerSecond: 3 },
        { second: 600, requestsPerSecond: 0 },
      ],
      seconds: 1830,
    });
    // Above the target in the minutes 0, 1 and 2, which is known at 240 s; below it from 10 on, known at 1560 s.
    assert.deepEqual(
      minutes.map(({ instances }) => instances),
      [...Array<number>(5).fill(1), ...Array<number>(21).fill(2), ...Array<number>(5).fill(1)],
    );
  });

  it("scales out sooner by concurrency than by invocations", () => {
    const traffic = {
      steps: [
        { second: 0, requestsPerSecond: 1 },
        { second: 600, requestsPerSecond: 8 },
      ],
      seconds: 1800,
    };
    const firstGrowth = (metric: "invocations" | "concurrency", target: number): number => {
      const scaling = { ...endpoint().scaling, maxInstances: 4, metric, target };
      const { minutes } = run(endpoint({ scaling, startSeconds: 60, queueLength: 100 }), traffic);
      return minutes.findIndex(({ instances }) => instances > 1);
    };
    const sooner = firstGrowth("concurrency", 3);
    assert.ok(sooner > 9 && sooner < firstGrowth("invocations", 120));
  });

  it("says that a target above what an instance can answer never adds one", () => {
    const scaling = { ...endpoint().scaling, maxInstances: 5, target: 600 };
    assert.equal(canScaleOut(endpoint({ scaling })), false);
    assert.equal(canScaleOut(endpoint({ scaling: { ...scaling, target: 200 } })), true);
    // The function's concurrency keeps what it can't answer away from the endpoint, so its metric never sees it.
    const { mostInstances, throttled } = run(
      endpoint({ scaling, functionConcurrency: 100 }),
      steadyTraffic(20, 3600),
    );
    assert.equal(mostInstances, 1);
    assert.ok(throttled > 1000);
  });

  it("recommends the fewest instances that hold a latency", () => {
    for (const rate of [1, 20, 500]) {
      const found = recommend(endpoint(), steadyTraffic(rate, 600), 600, 1)!;
      assert.ok(found.minInstances >= Math.ceil(rate * 0.25), String(rate));
      const fewer = Math.floor(found.minInstances * 0.85);
      const bounds = { minInstances: fewer, maxInstances: fewer };
      const smaller = endpoint({ scaling: { ...endpoint().scaling, ...bounds } });
      assert.ok(fewer === 0 || run(smaller, steadyTraffic(rate, 600)).latency!.p95 > 600);
      assert.ok(found.simulation.latency!.p95 <= 600);
    }
    assert.equal(recommend(endpoint(), steadyTraffic(1, 600), 200, 1), undefined);
  });
});
