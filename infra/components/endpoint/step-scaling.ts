import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ScalingConfig, StepPolicy } from "../../schema/scaling";
import { stepMetrics, type StepMetric } from "../../schema/scaling-steps";
import { stepPolicy, type ScaledCapacity } from "./scaled-capacity";

export interface StepScalingArgs {
  /** What is scaled. */
  readonly target: ScaledCapacity;
  /** The endpoint whose metrics are looked at. */
  readonly endpointName: pulumi.Input<string>;
  /** Its variant. */
  readonly variantName: pulumi.Input<string>;
  /** Metric and steps. */
  readonly policy: StepPolicy;
  /** Seconds to wait after capacity was removed, and after it was added. */
  readonly cooldowns: Pick<ScalingConfig, "scaleInCooldown" | "scaleOutCooldown">;
}

/** A step, measured from the value at which its alarm goes off. */
export type StepAdjustment =
  aws.types.input.appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustment;

/** Where a metric is found; the factor turns the configuration's unit into CloudWatch's. */
const sources: Readonly<
  Record<
    StepMetric,
    { namespace: string; metricName: string; ofEndpoint?: true; sum?: true; factor?: number }
  >
> = {
  invocations: { namespace: "AWS/SageMaker", metricName: "InvocationsPerInstance", sum: true },
  concurrency: { namespace: "AWS/SageMaker", metricName: "ConcurrentRequestsPerModel" },
  backlog: {
    namespace: "AWS/SageMaker",
    metricName: "ApproximateBacklogSizePerInstance",
    ofEndpoint: true,
  },
  // CloudWatch counts microseconds.
  latency: { namespace: "AWS/SageMaker", metricName: "ModelLatency", factor: 1000 },
  cpu: { namespace: "/aws/sagemaker/Endpoints", metricName: "CPUUtilization" },
  gpu: { namespace: "/aws/sagemaker/Endpoints", metricName: "GPUUtilization" },
};

const statistics = { average: "Average", minimum: "Minimum", maximum: "Maximum" } as const;

/** Minutes in a row that a load must last: the same as of AWS's own target tracking. */
const minutes = { out: 3, in: 15 } as const;

/** From which value of the metric on, upwards or downwards, and how many instances are added; removed are negative. */
interface Step {
  readonly begin: number;
  readonly change: number;
}

/**
 * Steps as AWS has them: each ends where the next begins, the last never.
 *
 * @param steps of one direction; the alarm goes off at the first
 * @param factor from the configuration's unit to the metric's
 */
export function stepAdjustments(steps: readonly Step[], factor: number): StepAdjustment[] {
  const bound = (step: Step | undefined) => step && String((step.begin - steps[0]!.begin) * factor);
  return steps.map((step, index) => {
    const [begin, end] = [bound(step), bound(steps[index + 1])];
    const [lower, upper] = step.change > 0 ? [begin, end] : [end, begin];
    return {
      metricIntervalLowerBound: lower,
      metricIntervalUpperBound: upper,
      scalingAdjustment: step.change,
    };
  });
}

/**
 * Adds and removes instances in steps: for each direction a policy and the alarm that sets it off.
 *
 * @param options of the policies; an alarm belongs to its policy
 */
export function stepScaling(
  name: string,
  { policy, target, endpointName, variantName, cooldowns }: StepScalingArgs,
  options: pulumi.CustomResourceOptions,
): void {
  const { namespace, metricName, ofEndpoint, sum, factor = 1 } = sources[policy.metric];
  const isPercent = policy.unit === "percent";
  const create = (
    suffix: "scale-out" | "scale-in",
    steps: readonly Step[],
    cooldown: number,
    { what, ...alarm }: Omit<aws.cloudwatch.MetricAlarmArgs, "threshold"> & { what: string },
  ): void => {
    const { begin } = steps[0]!;
    stepPolicy(
      `${name}-${suffix}`,
      target,
      {
        adjustmentType: isPercent ? "PercentChangeInCapacity" : "ChangeInCapacity",
        // A percentage of few instances may be less than one.
        minAdjustmentMagnitude: isPercent ? 1 : undefined,
        metricAggregationType: statistics[policy.aggregation],
        cooldown,
        stepAdjustments: stepAdjustments(steps, factor),
      },
      {
        ...alarm,
        alarmDescription: pulumi.interpolate`${endpointName} has ${begin} ${stepMetrics[policy.metric]} or ${what}`,
        threshold: begin * factor,
        namespace,
        metricName,
        dimensions: {
          EndpointName: endpointName,
          ...(ofEndpoint === true ? {} : { VariantName: variantName }),
        },
        statistic: sum === true ? "Sum" : statistics[policy.aggregation],
      },
      options,
    );
  };
  const growing = policy.scaleOut.map(({ from, add }) => ({ begin: from, change: add }));
  create("scale-out", growing, cooldowns.scaleOutCooldown, {
    what: "more: instances are added",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    evaluationPeriods: minutes.out,
    treatMissingData: "notBreaching",
  });
  const shrinking = policy.scaleIn.map(({ upTo, remove }) => ({ begin: upTo, change: -remove }));
  // Without requests there are no values of these, and nothing to keep instances for.
  const isQuietWithoutRequests = ["invocations", "concurrency", "latency"].includes(policy.metric);
  create("scale-in", shrinking, cooldowns.scaleInCooldown, {
    what: "less: instances are removed",
    comparisonOperator: "LessThanOrEqualToThreshold",
    evaluationPeriods: minutes.in,
    treatMissingData: isQuietWithoutRequests ? "breaching" : "missing",
  });
}
