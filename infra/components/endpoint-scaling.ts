import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ScalingConfig } from "../schema/scaling";
import { variantName } from "./endpoint-variant";

/** Arguments of {@link EndpointScaling}. */
export interface EndpointScalingArgs {
  /** The endpoint to scale; scaling waits for it and goes with it. */
  readonly endpoint: aws.sagemaker.Endpoint;
  /** Bounds, target and cooldowns. */
  readonly scaling: ScalingConfig;
}

/** Keeps a metric of the endpoint near its target by adding and removing instances, down to none where that is allowed. */
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
    const scaled = {
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
    };
    const child = { parent: target, deletedWith: endpoint };
    new aws.appautoscaling.Policy(
      name,
      {
        ...scaled,
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: {
          ...trackedMetric(endpoint.name, scaling.metric),
          targetValue: scaling.target,
          scaleInCooldown: scaling.scaleInCooldown,
          scaleOutCooldown: scaling.scaleOutCooldown,
        },
      },
      child,
    );
    scaling.schedule.forEach((bounds, index) => {
      new aws.appautoscaling.ScheduledAction(
        `${name}-schedule-${index}`,
        {
          ...scaled,
          schedule: bounds.when,
          timezone: bounds.timezone,
          scalableTargetAction: {
            minCapacity: bounds.minInstances,
            maxCapacity: bounds.maxInstances,
          },
        },
        child,
      );
    });
    if ([scaling, ...scaling.schedule].some(({ minInstances }) => minInstances === 0)) {
      // Without instances there is no backlog of each instance to track: this wakes the endpoint up.
      const wakeUp = new aws.appautoscaling.Policy(
        `${name}-wake-up`,
        {
          ...scaled,
          policyType: "StepScaling",
          stepScalingPolicyConfiguration: {
            adjustmentType: "ChangeInCapacity",
            metricAggregationType: "Maximum",
            cooldown: scaling.scaleInCooldown,
            stepAdjustments: [{ metricIntervalLowerBound: "0", scalingAdjustment: 1 }],
          },
        },
        child,
      );
      this.wakeUpAlarm(name, endpoint, wakeUp);
    }
    this.registerOutputs();
  }

  private wakeUpAlarm(
    name: string,
    endpoint: aws.sagemaker.Endpoint,
    wakeUp: aws.appautoscaling.Policy,
  ): void {
    new aws.cloudwatch.MetricAlarm(
      `${name}-wake-up`,
      {
        alarmDescription: pulumi.interpolate`Requests wait for ${endpoint.name}, which has no instance`,
        namespace: "AWS/SageMaker",
        metricName: "HasBacklogWithoutCapacity",
        dimensions: { EndpointName: endpoint.name },
        statistic: "Average",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: 1,
        period: 60,
        evaluationPeriods: 1,
        treatMissingData: "missing",
        alarmActions: [wakeUp.arn],
      },
      { parent: wakeUp },
    );
  }
}

type TrackedMetric = Pick<
  aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration,
  "predefinedMetricSpecification" | "customizedMetricSpecification"
>;

function trackedMetric(
  endpointName: pulumi.Input<string>,
  metric: ScalingConfig["metric"],
): TrackedMetric {
  return metric === "invocations"
    ? {
        predefinedMetricSpecification: {
          predefinedMetricType: "SageMakerVariantInvocationsPerInstance",
        },
      }
    : {
        customizedMetricSpecification: {
          namespace: "AWS/SageMaker",
          metricName: "ApproximateBacklogSizePerInstance",
          dimensions: [{ name: "EndpointName", value: endpointName }],
          statistic: "Average",
        },
      };
}
