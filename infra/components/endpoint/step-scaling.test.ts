import assert from "node:assert/strict";
import fc from "fast-check";
import { endpointSchema } from "../../testing/endpoint-schema";
import * as aws from "@pulumi/aws";
import { allOf, only } from "../../testing/find";
import { record, type Recording } from "../../offline/recorder";
import { EndpointScaling } from "./endpoint-scaling";
import { stepAdjustments, type StepAdjustment } from "./step-scaling";

const steps = {
  metric: "latency",
  scaleOut: [
    { from: 400, add: 1 },
    { from: 800, add: 3 },
  ],
  scaleIn: [
    { upTo: 100, remove: 1 },
    { upTo: 20, remove: 2 },
  ],
};

function build(overrides: object = {}, serving: object = { mode: "realtime" }) {
  const { scaling } = endpointSchema.parse({
    serving,
    scaling: { maxInstances: 9, steps: { ...steps, ...overrides } },
  });
  assert.ok(scaling !== undefined);
  return record(() => {
    const endpoint = new aws.sagemaker.Endpoint("main", { name: "live", endpointConfigName: "c" });
    return new EndpointScaling("main", { endpoint, scaling });
  });
}

function policyOf(recording: Recording<unknown>, name: string): Record<string, unknown> {
  const { inputs } = only(recording, "aws:appautoscaling/policy:Policy", name);
  assert.equal(inputs["policyType"], "StepScaling");
  return inputs["stepScalingPolicyConfiguration"] as Record<string, unknown>;
}

describe("stepScaling", () => {
  it("adds instances in steps, measured from the value that its alarm goes off at", async () => {
    const recording = await build();
    assert.deepEqual(policyOf(recording, "main-scale-out"), {
      adjustmentType: "ChangeInCapacity",
      metricAggregationType: "Average",
      cooldown: 60,
      stepAdjustments: [
        {
          metricIntervalLowerBound: "0",
          metricIntervalUpperBound: "400000",
          scalingAdjustment: 1,
        },
        { metricIntervalLowerBound: "400000", scalingAdjustment: 3 },
      ],
    });
    const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
    const { inputs } = only(recording, type, "main-scale-out");
    assert.equal(inputs["threshold"], 400_000, "CloudWatch counts microseconds");
    assert.equal(inputs["comparisonOperator"], "GreaterThanOrEqualToThreshold");
    assert.equal(inputs["metricName"], "ModelLatency");
    assert.deepEqual(inputs["dimensions"], { EndpointName: "live", VariantName: "primary" });
    assert.match(String((inputs["alarmActions"] as string[])[0]), /:scalingPolicy:main-scale-out/);
  });

  it("removes instances in steps, also when nobody asks for anything any more", async () => {
    const recording = await build();
    assert.deepEqual(policyOf(recording, "main-scale-in"), {
      adjustmentType: "ChangeInCapacity",
      metricAggregationType: "Average",
      cooldown: 300,
      stepAdjustments: [
        {
          metricIntervalLowerBound: "-80000",
          metricIntervalUpperBound: "0",
          scalingAdjustment: -1,
        },
        { metricIntervalUpperBound: "-80000", scalingAdjustment: -2 },
      ],
    });
    const { inputs } = only(recording, "aws:cloudwatch/metricAlarm:MetricAlarm", "main-scale-in");
    assert.equal(inputs["threshold"], 100_000);
    assert.equal(inputs["comparisonOperator"], "LessThanOrEqualToThreshold");
    assert.equal(inputs["treatMissingData"], "breaching");
  });

  it("takes the place of the target, and goes with the endpoint", async () => {
    const recording = await build();
    const policies = allOf(recording, "aws:appautoscaling/policy:Policy");
    assert.deepEqual(
      policies.map(({ name }) => name),
      ["main-scale-in", "main-scale-out"],
    );
    const endpoint = only(recording, "aws:sagemaker/endpoint:Endpoint");
    for (const { options } of policies) {
      assert.equal(options.deletedWith, endpoint.urn);
    }
  });

  it("counts in percent, but changes one instance at least", async () => {
    const policy = policyOf(
      await build({ unit: "percent", aggregation: "maximum" }),
      "main-scale-out",
    );
    assert.equal(policy["adjustmentType"], "PercentChangeInCapacity");
    assert.equal(policy["minAdjustmentMagnitude"], 1);
    assert.equal(policy["metricAggregationType"], "Maximum");
  });

  it("looks at the whole of an async endpoint, whose backlog belongs to no variant", async () => {
    const recording = await build({ metric: "backlog" }, { mode: "async" });
    const { inputs } = only(recording, "aws:cloudwatch/metricAlarm:MetricAlarm", "main-scale-in");
    assert.equal(inputs["metricName"], "ApproximateBacklogSizePerInstance");
    assert.deepEqual(inputs["dimensions"], { EndpointName: "live" });
    assert.equal(inputs["treatMissingData"], "missing");
  });

  describe("steps", () => {
    const values = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), {
      minLength: 1,
      maxLength: 20,
    });

    /** What Application Auto Scaling demands of the intervals of one policy. */
    function assertWhole(adjustments: readonly StepAdjustment[]): void {
      const at = (bound: unknown, open: number): number =>
        bound === undefined ? open : Number(bound);
      const intervals = adjustments
        .map(({ metricIntervalLowerBound, metricIntervalUpperBound }) => ({
          from: at(metricIntervalLowerBound, -Infinity),
          to: at(metricIntervalUpperBound, Infinity),
        }))
        .sort((left, right) => left.from - right.from);
      for (const [index, { from, to }] of intervals.entries()) {
        assert.ok(from < to);
        assert.equal(intervals[index + 1]?.from ?? to, to, "a gap or an overlap");
      }
      const [first, last] = [intervals[0]!, intervals.at(-1)!];
      assert.ok(first.from === 0 || first.from === -Infinity);
      assert.ok(last.to === 0 || last.to === Infinity);
    }

    it("leave no gap and no overlap", () => {
      fc.assert(
        fc.property(values, (list) => {
          const ascending = [...list].sort((left, right) => left - right);
          const steps = (begins: readonly number[], change: number) =>
            begins.map((begin) => ({ begin, change }));
          assertWhole(stepAdjustments(steps(ascending, 1), 1000));
          assertWhole(stepAdjustments(steps([...ascending].reverse(), -1), 1));
        }),
      );
    });
  });
});
