import assert from "node:assert/strict";
import { rolloutSchema, waitingTime } from "../../schema/rollout";
import { deploymentConfig } from "./rollout";

const parse = (raw: object) => rolloutSchema.parse(raw);

describe("deploymentConfig", () => {
  it("moves all requests at once, and keeps the old instances while it watches the alarms", () => {
    const rollout = parse({ strategy: "all-at-once", waitSeconds: 240 });
    assert.deepEqual(deploymentConfig(rollout, []), {
      blueGreenUpdatePolicy: {
        maximumExecutionTimeoutInSeconds: 3600,
        terminationWaitInSeconds: 240,
        trafficRoutingConfiguration: { type: "ALL_AT_ONCE", waitIntervalInSeconds: 240 },
      },
      autoRollbackConfiguration: undefined,
    });
  });

  it("moves a canary first", () => {
    const rollout = parse({ strategy: "canary", percentage: 20, waitSeconds: 60 });
    assert.deepEqual(deploymentConfig(rollout, ["latency", "5xx"]), {
      blueGreenUpdatePolicy: {
        maximumExecutionTimeoutInSeconds: 3600,
        trafficRoutingConfiguration: {
          type: "CANARY",
          canarySize: { type: "CAPACITY_PERCENT", value: 20 },
          waitIntervalInSeconds: 60,
        },
      },
      autoRollbackConfiguration: { alarms: [{ alarmName: "latency" }, { alarmName: "5xx" }] },
    });
  });

  it("moves in equal steps on a second set of instances", () => {
    const { blueGreenUpdatePolicy } = deploymentConfig(parse({ strategy: "linear" }), []);
    assert.deepEqual(blueGreenUpdatePolicy, {
      maximumExecutionTimeoutInSeconds: 3600,
      trafficRoutingConfiguration: {
        type: "LINEAR",
        linearStepSize: { type: "CAPACITY_PERCENT", value: 25 },
        waitIntervalInSeconds: 300,
      },
    });
  });

  it("replaces instances in equal steps", () => {
    const config = deploymentConfig(parse({ strategy: "rolling", maximumSeconds: 7200 }), ["a"]);
    assert.deepEqual(config, {
      rollingUpdatePolicy: {
        maximumExecutionTimeoutInSeconds: 7200,
        maximumBatchSize: { type: "CAPACITY_PERCENT", value: 25 },
        waitIntervalInSeconds: 300,
      },
      autoRollbackConfiguration: { alarms: [{ alarmName: "a" }] },
    });
  });
});

describe("waitingTime", () => {
  for (const [raw, seconds] of [
    [{ strategy: "all-at-once", waitSeconds: 100 }, 200],
    [{ strategy: "canary", waitSeconds: 100 }, 200],
    [{ strategy: "linear", percentage: 30, waitSeconds: 100 }, 400],
    [{ strategy: "rolling", percentage: 50, waitSeconds: 100 }, 200],
  ] as const) {
    it(`is ${seconds} seconds for ${JSON.stringify(raw)}`, () => {
      assert.equal(waitingTime(parse(raw)), seconds);
    });
  }
});
