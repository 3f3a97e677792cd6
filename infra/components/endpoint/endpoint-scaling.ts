import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LiveAccount, LiveBounds } from "../../live/account";
import { boundsInForce } from "../../live/bounds-in-force";
import type { ScalingConfig, TargetPolicy } from "../../schema/scaling";
import { variantName as ownVariantName } from "./endpoint-variant";
import { capacityOf, scheduleCapacity, stepPolicy } from "./scaled-capacity";
import { stepScaling } from "./step-scaling";

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
  /**
   * Where to look at the bounds of an endpoint whose place this one takes in the middle of a scheduled time.
   * @default nowhere: such an endpoint gets the bounds outside of scheduled times
   */
  readonly account?: LiveAccount | undefined;
}

/** Adds and removes instances to keep a metric near its target, or in steps; down to none where that is allowed. */
export class EndpointScaling extends pulumi.ComponentResource {
  constructor(name: string, args: EndpointScalingArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:EndpointScaling", name, {}, options);
    const { endpoint, scaling, existingVariant } = args;
    const { policy, schedule, scaleInCooldown, scaleOutCooldown } = scaling;
    const variantName = existingVariant ?? ownVariantName;
    // AWS forgets the target with its endpoint, and refuses to deregister what is no longer there.
    const together = existingVariant === undefined ? { deletedWith: endpoint } : {};
    const bounds = currentBounds(args);
    const target = new aws.appautoscaling.Target(
      name,
      {
        serviceNamespace: "sagemaker",
        scalableDimension: "sagemaker:variant:DesiredInstanceCount",
        resourceId: pulumi.interpolate`endpoint/${endpoint.name}/variant/${variantName}`,
        minCapacity: bounds.minInstances,
        maxCapacity: bounds.maxInstances,
      },
      {
        parent: this,
        dependsOn: endpoint,
        // Each scheduled time sets the bounds, and they are right until the next does.
        ignoreChanges: schedule.length === 0 ? [] : ["minCapacity", "maxCapacity"],
        ...together,
      },
    );
    const scaled = capacityOf(target);
    const child = { parent: target, ...together };
    // Not below the target, where another endpoint's policy may be called the same.
    const inSteps = { parent: this, ...together };
    if (policy.type === "steps") {
      const cooldowns = { scaleInCooldown, scaleOutCooldown };
      const metrics = { endpointName: endpoint.name, variantName };
      stepScaling(name, { target: scaled, policy, ...metrics, cooldowns }, inSteps);
    } else {
      new aws.appautoscaling.Policy(
        name,
        {
          ...scaled,
          policyType: "TargetTrackingScaling",
          targetTrackingScalingPolicyConfiguration: {
            ...trackedMetric(endpoint.name, policy.metric),
            targetValue: policy.value,
            scaleInCooldown,
            scaleOutCooldown,
          },
        },
        child,
      );
    }
    const times = schedule.map(({ minInstances, maxInstances, ...time }) => ({
      ...time,
      minCapacity: minInstances,
      maxCapacity: maxInstances,
    }));
    scheduleCapacity(name, scaled, times, child);
    if ([scaling, ...schedule].some(({ minInstances }) => minInstances === 0)) {
      // Without instances there is no backlog of each instance to track: this wakes the endpoint up.
      stepPolicy(
        `${name}-wake-up`,
        scaled,
        {
          adjustmentType: "ChangeInCapacity",
          metricAggregationType: "Maximum",
          cooldown: scaleInCooldown,
          stepAdjustments: [{ metricIntervalLowerBound: "0", scalingAdjustment: 1 }],
        },
        {
          alarmDescription: pulumi.interpolate`Requests wait for ${endpoint.name}, which has no instance`,
          namespace: "AWS/SageMaker",
          metricName: "HasBacklogWithoutCapacity",
          dimensions: { EndpointName: endpoint.name },
          statistic: "Average",
          comparisonOperator: "GreaterThanOrEqualToThreshold",
          threshold: 1,
          evaluationPeriods: 1,
          treatMissingData: "missing",
        },
        inSteps,
      );
    }
    this.registerOutputs();
  }
}

/** The bounds outside of scheduled times, unless the endpoint takes another's place within one. */
function currentBounds({
  endpoint,
  existingVariant,
  scaling: { minInstances, maxInstances, schedule },
  account,
}: EndpointScalingArgs): Readonly<Record<keyof LiveBounds, pulumi.Input<number>>> {
  const otherwise = { minInstances, maxInstances };
  return account === undefined || existingVariant !== undefined || schedule.length === 0
    ? otherwise
    : endpoint.name.apply((endpointName) =>
        boundsInForce(account, { endpointName, variantName: ownVariantName }, otherwise, schedule),
      );
}

/** Metrics that Application Auto Scaling knows by a name. */
const predefined = {
  invocations: "SageMakerVariantInvocationsPerInstance",
  concurrency: "SageMakerVariantConcurrentRequestsPerModelHighResolution",
} as const;

function trackedMetric(
  endpointName: pulumi.Input<string>,
  metric: TargetPolicy["metric"],
): Pick<
  aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration,
  "predefinedMetricSpecification" | "customizedMetricSpecification"
> {
  return metric === "backlog"
    ? {
        customizedMetricSpecification: {
          namespace: "AWS/SageMaker",
          metricName: "ApproximateBacklogSizePerInstance",
          dimensions: [{ name: "EndpointName", value: endpointName }],
          statistic: "Average",
        },
      }
    : { predefinedMetricSpecification: { predefinedMetricType: predefined[metric] } };
}
