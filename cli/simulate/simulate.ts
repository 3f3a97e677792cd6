import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

import { Instance, Moments } from "./instance";
import { type Latency, latencyOf } from "./latency";
import { type ScalingPolicy, TargetTracking } from "./scaling";
import { arrivals, type Traffic } from "./traffic";

/** How long one request keeps a worker busy: always the same time, or exponentially distributed around it. */
export type ServiceTimes = "constant" | "exponential";

/** An endpoint, and the function in front of it. */
export interface Endpoint {
  readonly scaling: ScalingPolicy;
  /** Requests that an instance works on at the same time. */
  readonly workers: number;
  /** Seconds of a worker that one request takes. */
  readonly serviceSeconds: number;
  readonly serviceTimes: ServiceTimes;
  /** The maximum number of requests that wait in an instance; more are refused. */
  readonly queueLength: number;
  /** Seconds from the decision to add an instance until it serves. */
  readonly startSeconds: number;
  /** The function's reserved concurrency: calls beyond it are throttled. */
  readonly functionConcurrency?: number | undefined;
}

/** A minute of a simulation. */
export interface Minute {
  readonly minute: number;
  readonly requests: number;
  readonly refused: number;
  readonly throttled: number;
  /** Instances that serve at its end. */
  readonly instances: number;
  /** 50th, 95th and 99th percentile of the latency in milliseconds; null where nothing was answered. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** What a simulation found. */
export interface Simulation {
  readonly minutes: readonly Minute[];
  readonly requests: number;
  /** Requests that an instance refused, because its queue was full. */
  readonly refused: number;
  /** Calls beyond the function's concurrency. */
  readonly throttled: number;
  /** Null where nothing was answered. */
  readonly latency: Latency | null;
  /** Mean time that an answered request waited for a worker, in milliseconds. */
  readonly meanWait: number;
  readonly instanceHours: number;
  readonly mostInstances: number;
}

/** More than SageMaker gives any endpoint, and few enough for the memory of a process. */
export const MAXIMUM_INSTANCES = 10_000;

/** Sends `traffic` to an endpoint, request by request; the same seed gives the same simulation. */
export function simulate(
  endpoint: Endpoint,
  traffic: Traffic,
  random: RandomGenerator,
): Simulation {
  return new Run(endpoint, random).serve(traffic);
}

class Run {
  private readonly tracking: TargetTracking;
  private readonly instances: Instance[];
  /** When the function's calls end. */
  private readonly calls = new Moments();
  private readonly perMinute: MinuteCounts[] = [];
  private desired: number;
  private nextPoint = 0;
  private instanceSeconds = 0;
  private countedUntil = 0;
  private mostInstances: number;
  private waited = 0;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly random: RandomGenerator,
  ) {
    this.tracking = new TargetTracking(endpoint.scaling);
    this.desired = endpoint.scaling.minInstances;
    this.mostInstances = this.desired;
    this.instances = Array.from({ length: this.desired }, () => this.instance(0));
  }

  serve(traffic: Traffic): Simulation {
    for (const now of arrivals(traffic, this.random)) {
      this.scaleUntil(now);
      this.request(now);
    }
    this.scaleUntil(traffic.seconds);
    this.countInstances(traffic.seconds);
    this.minuteOf(traffic.seconds);
    return this.summary(Math.ceil(traffic.seconds / 60));
  }

  private instance(startsAt: number): Instance {
    const { workers, queueLength } = this.endpoint;
    return new Instance(startsAt, workers, queueLength);
  }

  private request(now: number): void {
    const { functionConcurrency = Infinity } = this.endpoint;
    const minute = this.minuteOf(now);
    minute.requests += 1;
    if (this.calls.after(now) >= functionConcurrency) {
      minute.throttled += 1;
      return;
    }
    const serving = this.serving(now);
    // SageMaker sends each request to an instance at random, unless the endpoint configuration says otherwise.
    const chosen = this.instances[Math.floor(uniformFloat64(this.random) * serving)]!;
    const service = this.serviceSeconds();
    const finish = chosen.serve(now, service);
    this.tracking.count(now, finish ?? now);
    if (finish === undefined) {
      minute.refused += 1;
      return;
    }
    if (functionConcurrency < Infinity) {
      this.calls.add(finish);
    }
    minute.latencies.push((finish - now) * 1000);
    this.waited += finish - now - service;
  }

  private serviceSeconds(): number {
    const { serviceSeconds, serviceTimes } = this.endpoint;
    return serviceTimes === "constant"
      ? serviceSeconds
      : -Math.log(1 - uniformFloat64(this.random)) * serviceSeconds;
  }

  /** Instances start in order, so those that serve are the first ones. */
  private serving(now: number): number {
    let serving = this.instances.length;
    while (serving > 1 && this.instances[serving - 1]!.startsAt > now) {
      serving -= 1;
    }
    return serving;
  }

  /** Applies every data point that is decided on before `now`. */
  private scaleUntil(now: number): void {
    for (;;) {
      const { end, decided } = this.tracking.pointAt(this.nextPoint);
      if (decided > now) {
        return;
      }
      const isUpdating = this.instances.at(-1)!.startsAt > decided;
      const serving = this.serving(end);
      this.change(decided, this.tracking.decide(this.nextPoint, serving, this.desired, isUpdating));
      this.nextPoint += 1;
    }
  }

  private change(now: number, desired: number): void {
    this.countInstances(now);
    while (this.instances.length < desired) {
      this.instances.push(this.instance(now + this.endpoint.startSeconds));
    }
    // An instance that goes still answers what it has begun: its requests were counted when they arrived.
    this.instances.length = desired;
    this.desired = desired;
    this.mostInstances = Math.max(this.mostInstances, desired);
    this.minuteOf(now).instances = this.serving((Math.floor(now / 60) + 1) * 60);
  }

  /** An instance is paid for from the decision to add it. */
  private countInstances(now: number): void {
    this.instanceSeconds += this.desired * (now - this.countedUntil);
    this.countedUntil = now;
  }

  private minuteOf(now: number): MinuteCounts {
    const index = Math.floor(now / 60);
    while (this.perMinute.length <= index) {
      const instances = this.serving((this.perMinute.length + 1) * 60);
      this.perMinute.push({ requests: 0, refused: 0, throttled: 0, instances, latencies: [] });
    }
    return this.perMinute[index]!;
  }

  private summary(minutes: number): Simulation {
    const counted = this.perMinute.slice(0, minutes);
    const latencies = counted.flatMap((each) => each.latencies);
    const total = (key: "requests" | "refused" | "throttled"): number =>
      counted.reduce((sum, minute) => sum + minute[key], 0);
    return {
      minutes: counted.map(({ latencies: own, ...minute }, index) => {
        const { p50 = null, p95 = null, p99 = null } = latencyOf(own) ?? {};
        return { minute: index, ...minute, p50, p95, p99 };
      }),
      requests: total("requests"),
      refused: total("refused"),
      throttled: total("throttled"),
      latency: latencyOf(latencies),
      meanWait: (this.waited * 1000) / Math.max(1, latencies.length),
      instanceHours: this.instanceSeconds / 3600,
      mostInstances: this.mostInstances,
    };
  }
}

type MinuteCounts = Record<"requests" | "refused" | "throttled" | "instances", number> & {
  /** Milliseconds. */
  readonly latencies: number[];
};
