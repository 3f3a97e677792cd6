import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import type { Rule } from "../../rule";
import { outcomesOf, testResource, type TestResource } from "../../testing/outcomes";
import { ENDPOINT, ENDPOINT_CONFIGURATION } from "../sagemaker/types";
import { INSTANCE_COUNT, POLICY, TARGET } from "./scaling";
import { scalingBounds } from "./scaling-bounds";
import { scalingBurstableVariant } from "./scaling-burstable-variant";
import { scalingCooldowns } from "./scaling-cooldowns";
import { scalingPolicyTarget } from "./scaling-policy-target";
import { scalingTargetEndpoint } from "./scaling-target-endpoint";
import { scalingToZero } from "./scaling-to-zero";

const scaled = {
  serviceNamespace: "sagemaker",
  scalableDimension: INSTANCE_COUNT,
  resourceId: "endpoint/dogs/variant/primary",
};

const target = (props = {}, rest: Partial<TestResource> = {}): JudgedResource =>
  testResource({
    type: TARGET,
    name: "target",
    props: { ...scaled, minCapacity: 1, maxCapacity: 4, ...props },
    ...rest,
  });
const policy = (props = {}, rest: Partial<TestResource> = {}): JudgedResource =>
  testResource({ type: POLICY, name: "policy", props: { ...scaled, ...props }, ...rest });
const configuration = (variant: object = {}, props = {}): JudgedResource =>
  testResource({
    type: ENDPOINT_CONFIGURATION,
    name: "configuration",
    props: {
      name: "dogs-1",
      productionVariants: [
        { variantName: "other", instanceType: "ml.t2.medium" },
        { variantName: "primary", instanceType: "ml.m5.large", ...variant },
      ],
      ...props,
    },
  });
const endpoint = (props = {}, rest: Partial<TestResource> = {}): JudgedResource =>
  testResource({
    type: ENDPOINT,
    name: "endpoint",
    props: { name: "dogs", endpointConfigName: "dogs-1", ...props },
    ...rest,
  });

const messages = (rule: Rule, ...resources: JudgedResource[]): string[] =>
  outcomesOf(rule, resources).map((outcome) =>
    "message" in outcome
      ? outcome.message
      : `unknown: ${outcome.resource?.name} ${outcome.unknown}`,
  );

describe("scaling-burstable-variant", () => {
  it("stops a burstable variant behind a target, and that variant only", () => {
    for (const instanceType of ["ml.t2.medium", "ml.t3.large"]) {
      const found = messages(
        scalingBurstableVariant,
        target(),
        endpoint(),
        configuration({ instanceType }),
      );
      assert.equal(found.length, 1);
      assert.ok(found[0]!.includes(`burstable ${instanceType}`), found[0]);
    }
    const clean = [target(), endpoint(), configuration()];
    assert.deepEqual(messages(scalingBurstableVariant, ...clean), []);
  });

  it("asks nothing without a target, of other services and of serverless variants", () => {
    const burstable = configuration({ instanceType: "ml.t2.medium" });
    assert.deepEqual(messages(scalingBurstableVariant, endpoint(), burstable), []);
    const table = target({ serviceNamespace: "dynamodb", resourceId: "table/dogs" });
    assert.deepEqual(messages(scalingBurstableVariant, table, endpoint(), burstable), []);
    const serverless = configuration({ instanceType: undefined, serverlessConfig: {} });
    assert.deepEqual(messages(scalingBurstableVariant, target(), endpoint(), serverless), []);
  });

  it("follows references whose names a preview does not know", () => {
    const burstable = configuration({ instanceType: "ml.t2.medium" }, { name: UNKNOWN });
    const served = endpoint(
      { name: UNKNOWN, endpointConfigName: UNKNOWN },
      { propertyDependencies: { endpointConfigName: [burstable] } },
    );
    const scales = target(
      { resourceId: UNKNOWN },
      { propertyDependencies: { resourceId: [served] } },
    );
    const found = messages(scalingBurstableVariant, scales, served, burstable);
    assert.equal(found.length, 2, "which of the variants is not known, and both are burstable");
  });

  it("names what a preview does not know", () => {
    const lost = target({ resourceId: UNKNOWN });
    assert.deepEqual(messages(scalingBurstableVariant, lost), ["unknown: target resourceId"]);
    const type = [target(), endpoint(), configuration({ instanceType: UNKNOWN })];
    assert.deepEqual(messages(scalingBurstableVariant, ...type), [
      "unknown: configuration productionVariants[1].instanceType",
    ]);
  });
});

describe("scaling-bounds", () => {
  it("stops a minimum above the maximum", () => {
    const found = messages(scalingBounds, target({ minCapacity: 5 }));
    assert.deepEqual(found, ["target scales between 5 and 4: the minimum is above the maximum."]);
    assert.deepEqual(messages(scalingBounds, target({ minCapacity: 4 })), []);
  });

  it("names what a preview does not know", () => {
    const unknown = target({ maxCapacity: UNKNOWN });
    assert.deepEqual(messages(scalingBounds, unknown), ["unknown: target maxCapacity"]);
  });
});

describe("scaling-cooldowns", () => {
  const tracking = (cooldowns: object): JudgedResource =>
    policy({ targetTrackingScalingPolicyConfiguration: { targetValue: 20, ...cooldowns } });

  it("asks for both cooldowns, above zero", () => {
    assert.match(messages(scalingCooldowns, tracking({}))[0]!, /scaleIn.* and no scaleOut/);
    const zero = tracking({ scaleInCooldown: 300, scaleOutCooldown: 0 });
    assert.match(messages(scalingCooldowns, zero)[0]!, /no scaleOutCooldown/);
  });

  it("passes both, and policies that track nothing", () => {
    const both = tracking({ scaleInCooldown: 300, scaleOutCooldown: 30 });
    assert.deepEqual(messages(scalingCooldowns, both), []);
    const step = policy({ policyType: "StepScaling", stepScalingPolicyConfiguration: {} });
    assert.deepEqual(messages(scalingCooldowns, step), []);
  });

  it("names what a preview does not know", () => {
    assert.deepEqual(messages(scalingCooldowns, tracking({ scaleInCooldown: UNKNOWN })), [
      "unknown: policy targetTrackingScalingPolicyConfiguration.scaleInCooldown",
    ]);
  });
});

describe("scaling-policy-target", () => {
  it("stops a policy without its target", () => {
    assert.match(messages(scalingPolicyTarget, policy())[0]!, /endpoint\/dogs\/variant\/primary/);
    const other = target({ resourceId: "endpoint/cats/variant/primary" });
    assert.equal(messages(scalingPolicyTarget, policy(), other).length, 1);
    const dimension = target({ scalableDimension: "sagemaker:variant:Other" });
    assert.equal(messages(scalingPolicyTarget, policy(), dimension).length, 1);
  });

  it("passes a policy with its target, by value, by reference and by common source", () => {
    assert.deepEqual(messages(scalingPolicyTarget, policy(), target()), []);
    const source = { propertyDependencies: { resourceId: [endpoint()] } };
    const later = target({ resourceId: UNKNOWN }, source);
    const reference = policy(
      { resourceId: UNKNOWN },
      { propertyDependencies: { resourceId: [later] } },
    );
    assert.deepEqual(messages(scalingPolicyTarget, reference, later), []);
    const common = policy({ resourceId: UNKNOWN }, source);
    assert.deepEqual(messages(scalingPolicyTarget, common, later), []);
  });

  it("names what a preview does not know", () => {
    const unknown = policy({ resourceId: UNKNOWN });
    assert.deepEqual(messages(scalingPolicyTarget, unknown), ["unknown: policy resourceId"]);
    assert.deepEqual(messages(scalingPolicyTarget, policy(), target({ resourceId: UNKNOWN })), [
      "unknown: target resourceId",
    ]);
  });
});

describe("scaling-target-endpoint", () => {
  it("names an endpoint that is not in the stack", () => {
    assert.match(messages(scalingTargetEndpoint, target())[0]!, /endpoint dogs, which is not/);
    assert.equal(scalingTargetEndpoint.level, "advisory");
    assert.deepEqual(messages(scalingTargetEndpoint, target(), endpoint()), []);
    const component = target({ resourceId: "inference-component/dogs" });
    assert.deepEqual(messages(scalingTargetEndpoint, component), []);
  });

  it("names what a preview does not know", () => {
    const lost = target({ resourceId: UNKNOWN });
    assert.deepEqual(messages(scalingTargetEndpoint, lost), ["unknown: target resourceId"]);
  });
});

describe("scaling-to-zero", () => {
  const zero = target({ minCapacity: 0 });

  it("stops a real-time endpoint that scales to zero", () => {
    const found = messages(scalingToZero, zero, endpoint(), configuration());
    assert.match(found[0]!, /real-time endpoint configuration configuration down to 0/);
  });

  it("passes asynchronous endpoints, one instance, and other dimensions", () => {
    const asynchronous = configuration({}, { asyncInferenceConfig: {} });
    assert.deepEqual(messages(scalingToZero, zero, endpoint(), asynchronous), []);
    assert.deepEqual(messages(scalingToZero, target(), endpoint(), configuration()), []);
    const provisioned = target({
      minCapacity: 0,
      scalableDimension: "sagemaker:variant:DesiredProvisionedConcurrency",
    });
    assert.deepEqual(messages(scalingToZero, provisioned, endpoint(), configuration()), []);
  });

  it("names what a preview does not know", () => {
    const minimum = target({ minCapacity: UNKNOWN });
    assert.deepEqual(messages(scalingToZero, minimum), ["unknown: target minCapacity"]);
    const mode = configuration({}, { asyncInferenceConfig: UNKNOWN });
    assert.deepEqual(messages(scalingToZero, zero, endpoint(), mode), [
      "unknown: configuration asyncInferenceConfig",
    ]);
  });
});
