import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { allOf, only } from "../../testing/find";
import { record, type Recording } from "../../offline/recorder";
import { EndpointScaling, type EndpointScalingArgs } from "./endpoint-scaling";

const scaling = {
  minInstances: 1,
  maxInstances: 4,
  policy: { type: "target", metric: "invocations", value: 20 } as const,
  schedule: [],
  scaleInCooldown: 300,
  scaleOutCooldown: 30,
};

function build(args: Partial<EndpointScalingArgs["scaling"]> = {}): Promise<Recording<unknown>> {
  return record(() => {
    const endpoint = new aws.sagemaker.Endpoint("main", { name: "live", endpointConfigName: "c" });
    return new EndpointScaling("main", { endpoint, scaling: { ...scaling, ...args } });
  });
}

describe("EndpointScaling", () => {
  it("scales the endpoint's variant between the bounds", async () => {
    const { inputs } = only(await build(), "aws:appautoscaling/target:Target");
    assert.deepEqual(inputs, {
      serviceNamespace: "sagemaker",
      scalableDimension: "sagemaker:variant:DesiredInstanceCount",
      resourceId: "endpoint/live/variant/primary",
      minCapacity: 1,
      maxCapacity: 4,
    });
  });

  it("tracks the invocations of an instance with the cooldowns", async () => {
    const { inputs } = only(await build(), "aws:appautoscaling/policy:Policy");
    assert.equal(inputs["policyType"], "TargetTrackingScaling");
    assert.equal(inputs["resourceId"], "endpoint/live/variant/primary");
    assert.deepEqual(inputs["targetTrackingScalingPolicyConfiguration"], {
      predefinedMetricSpecification: {
        predefinedMetricType: "SageMakerVariantInvocationsPerInstance",
      },
      targetValue: 20,
      scaleInCooldown: 300,
      scaleOutCooldown: 30,
    });
  });

  it("tracks simultaneous requests, looked at every ten seconds", async () => {
    const recording = await build({ policy: { type: "target", metric: "concurrency", value: 20 } });
    const { inputs } = only(recording, "aws:appautoscaling/policy:Policy");
    assert.deepEqual(inputs["targetTrackingScalingPolicyConfiguration"], {
      predefinedMetricSpecification: {
        predefinedMetricType: "SageMakerVariantConcurrentRequestsPerModelHighResolution",
      },
      targetValue: 20,
      scaleInCooldown: 300,
      scaleOutCooldown: 30,
    });
  });

  it("waits for the endpoint and goes with it", async () => {
    const recording = await build();
    const endpoint = only(recording, "aws:sagemaker/endpoint:Endpoint");
    const target = only(recording, "aws:appautoscaling/target:Target");
    assert.ok(target.dependencies.includes(endpoint.urn));
    assert.equal(target.options.deletedWith, endpoint.urn);
    assert.equal(
      only(recording, "aws:appautoscaling/policy:Policy").options.deletedWith,
      endpoint.urn,
    );
  });

  it("tracks what waits for an async endpoint, and wakes it up from nothing", async () => {
    const recording = await build({
      minInstances: 0,
      policy: { type: "target", metric: "backlog", value: 5 },
    });
    const tracking = only(recording, "aws:appautoscaling/policy:Policy", "main").inputs;
    assert.deepEqual(tracking["targetTrackingScalingPolicyConfiguration"], {
      customizedMetricSpecification: {
        namespace: "AWS/SageMaker",
        metricName: "ApproximateBacklogSizePerInstance",
        dimensions: [{ name: "EndpointName", value: "live" }],
        statistic: "Average",
      },
      targetValue: 5,
      scaleInCooldown: 300,
      scaleOutCooldown: 30,
    });
    const wakeUp = only(recording, "aws:appautoscaling/policy:Policy", "main-wake-up").inputs;
    assert.equal(wakeUp["policyType"], "StepScaling");
    assert.deepEqual(wakeUp["stepScalingPolicyConfiguration"], {
      adjustmentType: "ChangeInCapacity",
      metricAggregationType: "Maximum",
      cooldown: 300,
      stepAdjustments: [{ metricIntervalLowerBound: "0", scalingAdjustment: 1 }],
    });
    const alarm = only(recording, "aws:cloudwatch/metricAlarm:MetricAlarm").inputs;
    assert.equal(alarm["metricName"], "HasBacklogWithoutCapacity");
    assert.deepEqual(alarm["dimensions"], { EndpointName: "live" });
    assert.match(String((alarm["alarmActions"] as string[])[0]), /:scalingPolicy:/);
  });

  it("needs nothing to wake up what never sleeps", async () => {
    const recording = await build({
      policy: { type: "target", metric: "backlog", value: 5 },
    });
    assert.equal(allOf(recording, "aws:cloudwatch/metricAlarm:MetricAlarm").length, 0);
  });

  it("changes the bounds at certain times", async () => {
    const recording = await build({
      schedule: [
        {
          when: "cron(0 7 ? * MON-FRI *)",
          timezone: "Europe/Berlin",
          minInstances: 2,
          maxInstances: 8,
        },
      ],
    });
    const { inputs } = only(recording, "aws:appautoscaling/scheduledAction:ScheduledAction");
    assert.equal(inputs["schedule"], "cron(0 7 ? * MON-FRI *)");
    assert.equal(inputs["timezone"], "Europe/Berlin");
    assert.equal(inputs["resourceId"], "endpoint/live/variant/primary");
    assert.deepEqual(inputs["scalableTargetAction"], { minCapacity: 2, maxCapacity: 8 });
  });

  it("leaves the bounds to the schedule where there is one", async () => {
    const times = { timezone: "UTC", minInstances: 2, maxInstances: 8 };
    const schedule = [{ when: "cron(0 7 ? * MON-FRI *)", ...times }];
    const ignored = async (more: object) =>
      only(await build(more), "aws:appautoscaling/target:Target").options.ignoreChanges;
    assert.deepEqual(await ignored({ schedule }), ["minCapacity", "maxCapacity"]);
    assert.deepEqual(await ignored({}), []);
  });
});
