import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ScalingConfig } from "../schema/endpoint";
import { variantName } from "./endpoint";

/** Arguments of {@link EndpointScaling}. */
export interface EndpointScalingArgs {
  /** The endpoint to scale; scaling waits for it and goes with it. */
  readonly endpoint: aws.sagemaker.Endpoint;
  /** Bounds, target and cooldowns. */
  readonly scaling: ScalingConfig;
}

/** Keeps the invocations of each instance near a target by adding and removing instances. */
export class EndpointScaling extends pulumi.ComponentResource {
  constructor(name: string, args: EndpointScalingArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:EndpointScaling", name, {}, options);
    const { endpoint, scaling } = args;
    if (scaling.minInstances > scaling.maxInstances) {
      throw new pulumi.ResourceError(
        `minInstances is ${scaling.minInstances}: it must be at most maxInstances, which is ${scaling.maxInstances}.`,
        this,
        true,
      );
    }
    const target = new aws.appautoscaling.Target(
      name,
      {
        serviceNamespace: "sagemaker",
        scalableDimension: "sagemaker:variant:DesiredInstanceCount",
        resourceId: pulumi.interpolate`endpoint/${endpoint.name}/variant/${variantName}`,
        minCapacity: scaling.minInstances,
        maxCapacity: scaling.maxInstances,
      },
      // AWS forgets the target with its endpoint, and refuses to deregister what is no longer there.
      { parent: this, dependsOn: endpoint, deletedWith: endpoint },
    );
    new aws.appautoscaling.Policy(
      name,
      {
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: {
            predefinedMetricType: "SageMakerVariantInvocationsPerInstance",
          },
          targetValue: scaling.invocationsPerInstance,
          scaleInCooldown: scaling.scaleInCooldown,
          scaleOutCooldown: scaling.scaleOutCooldown,
        },
      },
      { parent: target, deletedWith: endpoint },
    );
    this.registerOutputs();
  }
}
