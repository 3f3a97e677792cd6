import assert from "node:assert/strict";
import { defaultThresholds } from "../../schema/monitoring";
import { allOf, only } from "../../testing/find";
import { record, type Recording } from "../../offline/recorder";
import { EndpointAlarms, type EndpointAlarmsArgs } from "./endpoint-alarms";

const type = "aws:cloudwatch/metricAlarm:MetricAlarm";

function newAlarms(args: Partial<EndpointAlarmsArgs> = {}): EndpointAlarms {
  return new EndpointAlarms("main", {
    endpointName: "live",
    serving: { mode: "realtime", instanceType: "ml.m5.large", instanceCount: 1 },
    thresholds: defaultThresholds,
    ...args,
  });
}

function build(args?: Partial<EndpointAlarmsArgs>): Promise<Recording<unknown>> {
  return record(() => newAlarms(args));
}

describe("EndpointAlarms", () => {
  it("goes off when one request in a hundred is slow, counted in microseconds", async () => {
    const thresholds = { ...defaultThresholds, latencyMilliseconds: 250 };
    const { inputs } = only(await build({ thresholds }), type, "main-latency");
    assert.equal(inputs["metricName"], "ModelLatency");
    assert.equal(inputs["extendedStatistic"], "p99");
    assert.equal(inputs["threshold"], 250_000);
    assert.deepEqual(inputs["dimensions"], { EndpointName: "live", VariantName: "primary" });
  });

  it("goes off at a share of errors, and not without requests", async () => {
    const recording = await build({
      thresholds: { ...defaultThresholds, serverErrorPercent: 3, clientErrorPercent: 40 },
    });
    for (const [name, threshold, metricName] of [
      ["main-5xx", 3, "Invocation5XXErrors"],
      ["main-4xx", 40, "Invocation4XXErrors"],
    ] as const) {
      const { inputs } = only(recording, type, name);
      assert.equal(inputs["threshold"], threshold);
      const queries = inputs["metricQueries"] as Record<string, unknown>[];
      assert.match(String(queries[0]?.["expression"]), /^IF\(requests > 0, /);
      assert.equal((queries[1]?.["metric"] as Record<string, unknown>)["metricName"], metricName);
    }
  });

  it("watches disks, load and throttles only where there are any", async () => {
    const names = async (args: Partial<EndpointAlarmsArgs>): Promise<string[]> =>
      allOf(await build(args), type).map(({ name }) => name);
    assert.deepEqual(await names({}), ["main-4xx", "main-5xx", "main-disk", "main-latency"]);
    const scaling = {
      minInstances: 1,
      maxInstances: 4,
      schedule: [],
      scaleInCooldown: 0,
      scaleOutCooldown: 0,
      policy: { type: "target" as const, metric: "invocations" as const, value: 600 },
    };
    const all = await names({ scaling, functionName: "kennel-dev-main" });
    assert.deepEqual(all.slice(4), ["main-load", "main-throttles"]);
    const kept = await names({ functionName: "kennel-dev-main", keepsDeadLetters: true });
    assert.deepEqual(kept.slice(2, 3), ["main-dead-letters"]);
    const serving = { mode: "serverless", memory: 2048, maxConcurrency: 5 } as const;
    assert.deepEqual(await names({ serving }), ["main-4xx", "main-5xx", "main-latency"]);
  });

  it("tells the topic, when it goes off and when it is over", async () => {
    const recording = await build({ topicArn: "arn:topic" });
    for (const { inputs } of allOf(recording, type)) {
      assert.deepEqual(inputs["alarmActions"], ["arn:topic"]);
      assert.deepEqual(inputs["okActions"], ["arn:topic"]);
      assert.equal(inputs["treatMissingData"], "notBreaching");
    }
    const silent = only(await build(), type, "main-latency");
    assert.equal(silent.inputs["alarmActions"], undefined);
  });

  it("names those that speak against a new model", async () => {
    const { result } = await record(() => newAlarms().rollbackAlarmNames);
    assert.equal(result.length, 2);
    assert.match(result[0]!, /^main-latency-/);
    assert.match(result[1]!, /^main-5xx-/);
  });
});
