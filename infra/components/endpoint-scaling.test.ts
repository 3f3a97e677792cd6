import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { only } from "../testing/find";
import { record, type Recording } from "../testing/recorder";
import { EndpointScaling, type EndpointScalingArgs } from "./endpoint-scaling";

const scaling = {
  minInstances: 1,
  maxInstances: 4,
  invocationsPerInstance: 20,
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

  it("waits for the endpoint and goes with it", async () => {
    const recording = await build();
    const endpoint = only(recording, "aws:sagemaker/endpoint:Endpoint");
    const target = only(recording, "aws:appautoscaling/target:Target");
    assert.ok(target.options.dependencies.includes(endpoint.urn));
    assert.equal(target.options.deletedWith, endpoint.urn);
    assert.equal(
      only(recording, "aws:appautoscaling/policy:Policy").options.deletedWith,
      endpoint.urn,
    );
  });

  it("refuses bounds the wrong way round, before it makes anything", async () => {
    await assert.rejects(build({ minInstances: 5 }), /minInstances is 5: it must be at most .* 4/);
  });
});
