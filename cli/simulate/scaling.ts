/** What a target tracking policy keeps near its target. */
export type ScalingMetric = "invocations" | "concurrency";

/** A target tracking policy of a SageMaker variant, with the bounds of its scalable target. */
export interface ScalingPolicy {
  readonly minInstances: number;
  readonly maxInstances: number;
  /** Requests a minute and instance, or requests at the same time to an instance, by the metric. */
  readonly target: number;
  readonly metric: ScalingMetric;
  /** Seconds. */
  readonly scaleInCooldown: number;
  /** Seconds. */
  readonly scaleOutCooldown: number;
}

/** How CloudWatch watches one metric. */
interface Watch {
  /** Seconds that one data point stands for. */
  readonly period: number;
  /** Seconds until a data point can be read. */
  readonly delay: number;
  /** Data points above the target until capacity is added. */
  readonly pointsToScaleOut: number;
  /** Data points below nine tenths of the target until capacity is removed. */
  readonly pointsToScaleIn: number;
}

/**
 * The alarms that Application Auto Scaling makes for target tracking: 3 minutes above the target, or 15 below 90 % of it.
 * High-resolution metrics have a data point every 10 seconds and scale out sooner, but in as slowly as the others.
 * Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-add-code-define.html and
 * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html; the numbers of
 * data points are those of the alarms that AWS creates.
 */
const watches: Readonly<Record<ScalingMetric, Watch>> = {
  invocations: { period: 60, delay: 60, pointsToScaleOut: 3, pointsToScaleIn: 15 },
  concurrency: { period: 10, delay: 10, pointsToScaleOut: 3, pointsToScaleIn: 90 },
};

/** The part of the target below which capacity is removed. */
const SCALE_IN_BELOW = 0.9;

/** Application Auto Scaling's side: requests in, the number of instances that there should be out. */
export class TargetTracking {
  /** The metric of the whole endpoint, summed over each period. */
  private readonly sums: number[] = [];
  private above = 0;
  private below = 0;
  private lastScaleOut = Number.NEGATIVE_INFINITY;
  private lastScaleIn = Number.NEGATIVE_INFINITY;
  private readonly watch: Watch;

  constructor(private readonly policy: ScalingPolicy) {
    this.watch = watches[policy.metric];
  }

  /** When the period of a data point ends, and when the decision that it leads to is made, in seconds. */
  pointAt(index: number): { readonly end: number; readonly decided: number } {
    const end = (index + 1) * this.watch.period;
    return { end, decided: end + this.watch.delay };
  }

  /** Counts a request that the endpoint was busy with from `start` to `end`. */
  count(start: number, end: number): void {
    const { period } = this.watch;
    const indexOf = (second: number): number => Math.floor(second / period);
    if (this.policy.metric === "invocations") {
      this.add(indexOf(start), 1);
      return;
    }
    for (let index = indexOf(start); index <= indexOf(end); index += 1) {
      const from = Math.max(start, index * period);
      this.add(index, (Math.min(end, (index + 1) * period) - from) / period);
    }
  }

  private add(index: number, amount: number): void {
    this.sums[index] = (this.sums[index] ?? 0) + amount;
  }

  /**
   * What a data point leads to.
   *
   * @param serving - how many instances shared its requests.
   * @param desired - how many instances there should be so far.
   * @param isUpdating - whether instances are still being added: SageMaker takes no other change until then.
   * @returns how many there should be from now on.
   */
  decide(index: number, serving: number, desired: number, isUpdating: boolean): number {
    const { target, minInstances, maxInstances, scaleInCooldown, scaleOutCooldown } = this.policy;
    const { decided: now } = this.pointAt(index);
    const value = (this.sums[index] ?? 0) / serving;
    this.above = value > target ? this.above + 1 : 0;
    this.below = value < SCALE_IN_BELOW * target ? this.below + 1 : 0;
    if (isUpdating) {
      return desired;
    }
    const wanted = Math.ceil((desired * value) / target);
    if (this.above >= this.watch.pointsToScaleOut) {
      const next = Math.min(maxInstances, wanted);
      if (next > desired && now >= this.lastScaleOut + scaleOutCooldown) {
        this.lastScaleOut = now;
        return next;
      }
    }
    if (this.below >= this.watch.pointsToScaleIn) {
      const next = Math.max(minInstances, wanted);
      const cooled = Math.max(this.lastScaleIn, this.lastScaleOut) + scaleInCooldown;
      if (next < desired && now >= cooled) {
        this.lastScaleIn = now;
        return next;
      }
    }
    return desired;
  }
}
