import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ScalingConfig, TargetPolicy } from "../schema/scaling";
import { variantName } from "./endpoint-variant";
import { capacityOf, scheduleCapacity, type ScaledCapacity } from "./scaled-capacity";
import { stepScaling } from "./step-scaling";

/** Arguments of {@link EndpointScaling}. */
export interface EndpointScalingArgs {
  /** The endpoint to scale; scaling waits for it and goes with it. */
  readonly endpoint: aws.sagemaker.Endpoint;
  /**
   * The variant to scale of an endpoint that is not this stack's: that one stays, so scaling is taken off it at the end.
   * @default the variant that `Endpoint` makes
   */
  readonly existingVariant?: pulumi.Input<string>;
  /** Bounds, target and cooldowns. */
  readonly scaling: ScalingConfig;
}

/** Adds and removes instances to keep a metric near its target, or in steps; down to none where that is allowed. */
export class EndpointScaling extends pulumi.ComponentResource {
  constructor(name: string, args: EndpointScalingArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:EndpointScaling", name, {}, options);
    const { endpoint, scaling, existingVariant } = args;
    if (scaling.minInstances > scaling.maxInstances) {
      throw new pulumi.ResourceError(
        `minInstances is ${scaling.minInstances}: it must be at most maxInstances, which is ${scaling.maxInstances}.`,
        this,
        true,
      );
    }
    // AWS forgets the target with its endpoint, and refuses to deregister what is no longer there.
    const together = existingVariant === undefined ? { deletedWith: endpoint } : {};
    const target = new aws.appautoscaling.Target(
      name,
      {
        serviceNamespace: "sagemaker",
        scalableDimension: "sagemaker:variant:DesiredInstanceCount",
        resourceId: pulumi.interpolate`endpoint/${endpoint.name}/variant/${existingVariant ?? variantName}`,
        minCapacity: scaling.minInstances,
        maxCapacity: scaling.maxInstances,
      },
      { parent: this, dependsOn: endpoint, ...together },
    );
    const scaled = capacityOf(target);
    const child = { parent: target, ...together };
    if (scaling.policy.type === "steps") {
      const { policy, scaleInCooldown, scaleOutCooldown } = scaling;
      const metrics = {
        endpointName: endpoint.name,
        variantName: existingVariant ?? variantName,
      };
      const cooldowns = { scaleInCooldown, scaleOutCooldown };
      stepScaling(name, { target: scaled, policy, ...metrics, ...cooldowns }, child);
    } else {
      trackTarget(name, scaled, { endpoint, scaling, policy: scaling.policy }, child);
    }
    const schedule = scaling.schedule.map(({ minInstances, maxInstances, ...time }) => ({
      ...time,
      minCapacity: minInstances,
      maxCapacity: maxInstances,
    }));
    scheduleCapacity(name, scaled, schedule, child);
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

interface Tracked {
  readonly endpoint: aws.sagemaker.Endpoint;
  readonly scaling: ScalingConfig;
  readonly policy: TargetPolicy;
}

function trackTarget(
  name: string,
  scaled: ScaledCapacity,
  { endpoint, scaling, policy }: Tracked,
  options: pulumi.CustomResourceOptions,
): void {
  new aws.appautoscaling.Policy(
    name,
    {
      ...scaled,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        ...trackedMetric(endpoint.name, policy.metric),
        targetValue: policy.value,
        scaleInCooldown: scaling.scaleInCooldown,
        scaleOutCooldown: scaling.scaleOutCooldown,
      },
    },
    options,
  );
}

type TrackedMetric = Pick<
  aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration,
  "predefinedMetricSpecification" | "customizedMetricSpecification"
>;

function trackedMetric(
  endpointName: pulumi.Input<string>,
  metric: TargetPolicy["metric"],
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
