import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What Application Auto Scaling changes: how scaling policies and scheduled actions refer to their target. */
export type ScaledCapacity = Pick<
  aws.appautoscaling.Target,
  "serviceNamespace" | "scalableDimension" | "resourceId"
>;

/** Other bounds from a time on. */
interface ScheduledCapacity {
  /** `cron(…)`, `rate(…)` or `at(…)`. */
  readonly when: string;
  /** Time zone of `when`. */
  readonly timezone: string;
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/** How policies and actions refer to a target; taken from it, so that they wait for it. */
export function capacityOf(target: aws.appautoscaling.Target): ScaledCapacity {
  const { serviceNamespace, scalableDimension, resourceId } = target;
  return { serviceNamespace, scalableDimension, resourceId };
}

/** Changes the bounds of `capacity` at certain times. */
export function scheduleCapacity(
  name: string,
  capacity: ScaledCapacity,
  schedule: readonly ScheduledCapacity[],
  options: pulumi.CustomResourceOptions,
): void {
  for (const [index, { when, timezone, ...scalableTargetAction }] of schedule.entries()) {
    new aws.appautoscaling.ScheduledAction(
      `${name}-schedule-${index}`,
      { ...capacity, schedule: when, timezone, scalableTargetAction },
      options,
    );
  }
}

/** A policy of steps and the alarm that sets it off, which belongs to the policy and has its name. */
export function stepPolicy(
  name: string,
  capacity: ScaledCapacity,
  stepScalingPolicyConfiguration: aws.types.input.appautoscaling.PolicyStepScalingPolicyConfiguration,
  alarm: aws.cloudwatch.MetricAlarmArgs,
  options: pulumi.CustomResourceOptions,
): void {
  const policy = new aws.appautoscaling.Policy(
    name,
    { ...capacity, policyType: "StepScaling", stepScalingPolicyConfiguration },
    options,
  );
  const actions = { period: 60, alarmActions: [policy.arn] };
  new aws.cloudwatch.MetricAlarm(name, { ...alarm, ...actions }, { parent: policy });
}
