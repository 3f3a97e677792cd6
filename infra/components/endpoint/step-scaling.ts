import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StepPolicy } from "../../schema/scaling";
import { stepMetrics, type StepMetric } from "../../schema/scaling-steps";
import type { ScaledCapacity } from "./scaled-capacity";

export interface StepScalingArgs {
  /** What is scaled. */
  readonly target: ScaledCapacity;
  /** The endpoint whose metrics are looked at. */
  readonly endpointName: pulumi.Input<string>;
  /** Its variant. */
  readonly variantName: pulumi.Input<string>;
  /** Metric and steps. */
  readonly policy: StepPolicy;
  /** Seconds to wait after capacity was removed. */
  readonly scaleInCooldown: number;
  /** Seconds to wait after capacity was added. */
  readonly scaleOutCooldown: number;
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

/**
 * The steps of growing load: each ends where the next begins, the last never.
 *
 * @param steps lowest first
 * @param factor from the configuration's unit to the metric's
 */
export function scaleOutSteps(steps: StepPolicy["scaleOut"], factor: number): StepAdjustment[] {
  const begin = (index: number): string | undefined => {
    const step = steps[index];
    return step && String((step.from - steps[0]!.from) * factor);
  };
  return steps.map(({ add }, index) => ({
    metricIntervalLowerBound: begin(index),
    metricIntervalUpperBound: begin(index + 1),
    scalingAdjustment: add,
  }));
}

/** The steps of shrinking load, as {@link scaleOutSteps}, downwards. */
export function scaleInSteps(steps: StepPolicy["scaleIn"], factor: number): StepAdjustment[] {
  const begin = (index: number): string | undefined => {
    const step = steps[index];
    return step && String((step.upTo - steps[0]!.upTo) * factor);
  };
  return steps.map(({ remove }, index) => ({
    metricIntervalLowerBound: begin(index + 1),
    metricIntervalUpperBound: begin(index),
    scalingAdjustment: -remove,
  }));
}

interface Direction {
  readonly adjustments: StepAdjustment[];
  readonly cooldown: number;
  readonly alarm: Pick<
    aws.cloudwatch.MetricAlarmArgs,
    | "alarmDescription"
    | "comparisonOperator"
    | "threshold"
    | "evaluationPeriods"
    | "treatMissingData"
  >;
}

/**
 * Adds and removes instances in steps: for each direction a policy and the alarm that sets it off.
 *
 * @param options of the policies; an alarm belongs to its policy
 */
export function stepScaling(
  name: string,
  args: StepScalingArgs,
  options: pulumi.CustomResourceOptions,
): void {
  const { policy, endpointName } = args;
  const { factor = 1 } = sources[policy.metric];
  const [high, low] = [policy.scaleOut[0]!.from, policy.scaleIn[0]!.upTo];
  const unit = stepMetrics[policy.metric];
  const scaleOut: Direction = {
    adjustments: scaleOutSteps(policy.scaleOut, factor),
    cooldown: args.scaleOutCooldown,
    alarm: {
      alarmDescription: pulumi.interpolate`${endpointName} has ${high} ${unit} or more: instances are added`,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: high * factor,
      evaluationPeriods: minutes.out,
      treatMissingData: "notBreaching",
    },
  };
  // Without requests there are no values of these, and nothing to keep instances for.
  const isQuietWithoutRequests = ["invocations", "concurrency", "latency"].includes(policy.metric);
  const scaleIn: Direction = {
    adjustments: scaleInSteps(policy.scaleIn, factor),
    cooldown: args.scaleInCooldown,
    alarm: {
      alarmDescription: pulumi.interpolate`${endpointName} has ${low} ${unit} or less: instances are removed`,
      comparisonOperator: "LessThanOrEqualToThreshold",
      threshold: low * factor,
      evaluationPeriods: minutes.in,
      treatMissingData: isQuietWithoutRequests ? "breaching" : "missing",
    },
  };
  createStepPolicy(`${name}-scale-out`, args, scaleOut, options);
  createStepPolicy(`${name}-scale-in`, args, scaleIn, options);
}

function createStepPolicy(
  name: string,
  { policy, target, endpointName, variantName }: StepScalingArgs,
  direction: Direction,
  options: pulumi.CustomResourceOptions,
): void {
  const { namespace, metricName, ofEndpoint, sum } = sources[policy.metric];
  const isPercent = policy.unit === "percent";
  const scaling = new aws.appautoscaling.Policy(
    name,
    {
      ...target,
      policyType: "StepScaling",
      stepScalingPolicyConfiguration: {
        adjustmentType: isPercent ? "PercentChangeInCapacity" : "ChangeInCapacity",
        // A percentage of few instances may be less than one.
        minAdjustmentMagnitude: isPercent ? 1 : undefined,
        metricAggregationType: statistics[policy.aggregation],
        cooldown: direction.cooldown,
        stepAdjustments: direction.adjustments,
      },
    },
    options,
  );
  const ofVariant = { EndpointName: endpointName, VariantName: variantName };
  new aws.cloudwatch.MetricAlarm(
    name,
    {
      ...direction.alarm,
      namespace,
      metricName,
      dimensions: ofEndpoint === true ? { EndpointName: endpointName } : ofVariant,
      statistic: sum === true ? "Sum" : statistics[policy.aggregation],
      period: 60,
      alarmActions: [scaling.arn],
    },
    { parent: scaling },
  );
}
