import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What Application Auto Scaling changes: how scaling policies and scheduled actions refer to their target. */
export interface ScaledCapacity {
  readonly serviceNamespace: pulumi.Input<string>;
  readonly scalableDimension: pulumi.Input<string>;
  readonly resourceId: pulumi.Input<string>;
}

/** Other bounds from a time on. */
export interface ScheduledCapacity {
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
  schedule.forEach(({ when, timezone, minCapacity, maxCapacity }, index) => {
    new aws.appautoscaling.ScheduledAction(
      `${name}-schedule-${index}`,
      {
        ...capacity,
        schedule: when,
        timezone,
        scalableTargetAction: { minCapacity, maxCapacity },
      },
      options,
    );
  });
}
