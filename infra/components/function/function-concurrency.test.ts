import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { functionScalingSchema } from "../../schema/function-concurrency";
import { allOf, only } from "../../testing/find";
import { record, type Recording } from "../../offline/recorder";
import { FunctionConcurrency } from "./function-concurrency";

const provisionedType = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig";
const targetType = "aws:appautoscaling/target:Target";

function build(scaling?: object): Promise<Recording<unknown>> {
  return record(() => {
    const alias = new aws.lambda.Alias("main", {
      name: "live",
      functionName: "kennel-dev-main",
      functionVersion: "1",
    });
    return new FunctionConcurrency("main", {
      alias,
      provisionedConcurrency: 2,
      scaling: scaling && functionScalingSchema.parse(scaling),
    });
  });
}

describe("FunctionConcurrency", () => {
  it("keeps a fixed number of environments warm", async () => {
    const recording = await build();
    const { inputs, options } = only(recording, provisionedType);
    assert.equal(inputs["provisionedConcurrentExecutions"], 2);
    assert.deepEqual(options.ignoreChanges, []);
    assert.equal(allOf(recording, targetType).length, 0);
  });

  it("keeps more of them warm while they are busy", async () => {
    const recording = await build({ maxConcurrency: 20, utilizationPercent: 60 });
    const capacity = {
      serviceNamespace: "lambda",
      scalableDimension: "lambda:function:ProvisionedConcurrency",
      resourceId: "function:kennel-dev-main:live",
    };
    const target = only(recording, targetType);
    assert.deepEqual(target.inputs, { ...capacity, minCapacity: 2, maxCapacity: 20 });
    const { inputs } = only(recording, "aws:appautoscaling/policy:Policy");
    assert.deepEqual(inputs, {
      ...capacity,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: {
          predefinedMetricType: "LambdaProvisionedConcurrencyUtilization",
        },
        targetValue: 0.6,
        scaleInCooldown: 300,
        scaleOutCooldown: 60,
      },
    });
  });

  it("leaves the number to scaling from then on, and takes it back with the alias's own", async () => {
    const recording = await build({ maxConcurrency: 20 });
    const provisioned = only(recording, provisionedType);
    assert.deepEqual(provisioned.options.ignoreChanges, ["provisionedConcurrentExecutions"]);
    const { dependencies } = only(recording, targetType);
    assert.ok(dependencies.includes(provisioned.urn), "scaling goes first");
  });

  it("changes the bounds at certain times", async () => {
    const recording = await build({
      maxConcurrency: 20,
      schedule: [{ when: "cron(0 7 ? * MON-FRI *)", minConcurrency: 10, maxConcurrency: 50 }],
    });
    const { inputs } = only(recording, "aws:appautoscaling/scheduledAction:ScheduledAction");
    assert.equal(inputs["timezone"], "UTC");
    assert.equal(inputs["resourceId"], "function:kennel-dev-main:live");
    assert.deepEqual(inputs["scalableTargetAction"], { minCapacity: 10, maxCapacity: 50 });
  });
});
