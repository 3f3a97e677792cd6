import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import TinyQueue from "tinyqueue";

import { arrivals } from "./arrivals";
import { Instance } from "./instance";
import { type Latency, latencyOf, percentile } from "./latency";
import { type ScalingPolicy, TargetTracking } from "./scaling";
import type { Traffic } from "./traffic";

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

/** Sends `traffic` to an endpoint, request by request; the same seed gives the same simulation. */
export function simulate(
  endpoint: Endpoint,
  traffic: Traffic,
  random: RandomGenerator,
): Simulation {
  return new Run(endpoint, random).serve(traffic);
}

/** A metric of the whole endpoint, summed over each period. */
class Metric {
  private readonly sums: number[] = [];

  constructor(private readonly period: number) {}

  /** Counts an invocation at `second`. */
  count(second: number): void {
    const index = Math.floor(second / this.period);
    this.sums[index] = (this.sums[index] ?? 0) + 1;
  }

  /** Adds the time from `start` to `end` to the periods that it falls in. */
  occupy(start: number, end: number): void {
    for (let from = start; from < end;) {
      const index = Math.floor(from / this.period);
      const until = Math.min(end, (index + 1) * this.period);
      this.sums[index] = (this.sums[index] ?? 0) + (until - from);
      // A boundary that rounds down would never be passed.
      from = until > from ? until : end;
    }
  }

  of(index: number): number {
    return this.sums[index] ?? 0;
  }
}

class Run {
  private readonly tracking: TargetTracking;
  private readonly metric: Metric;
  private readonly instances: Instance[];
  private readonly calls = new TinyQueue<number>();
  private readonly perMinute: MinuteCounts[] = [];
  private desired: number;
  private nextPeriod = 0;
  private instanceSeconds = 0;
  private countedUntil = 0;
  private mostInstances: number;
  private waited = 0;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly random: RandomGenerator,
  ) {
    const { scaling } = endpoint;
    this.tracking = new TargetTracking(scaling);
    this.metric = new Metric(this.tracking.period);
    this.desired = scaling.minInstances;
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
    return this.summary();
  }

  private instance(startsAt: number): Instance {
    const { workers, queueLength } = this.endpoint;
    return new Instance(startsAt, workers, queueLength);
  }

  private request(now: number): void {
    const minute = this.minuteOf(now);
    minute.requests += 1;
    if (this.isThrottled(now)) {
      minute.throttled += 1;
      return;
    }
    const serving = this.serving(now);
    // SageMaker sends each request to an instance at random, unless the endpoint configuration says otherwise.
    const chosen = this.instances[Math.floor(uniformFloat64(this.random) * serving)]!;
    const service = this.serviceSeconds();
    if (this.endpoint.scaling.metric === "invocations") {
      this.metric.count(now);
    }
    const finish = chosen.serve(now, service);
    if (finish === undefined) {
      minute.refused += 1;
      return;
    }
    if (this.endpoint.scaling.metric === "concurrency") {
      this.metric.occupy(now, finish);
    }
    if (this.endpoint.functionConcurrency !== undefined) {
      this.calls.push(finish);
    }
    minute.latencies.push((finish - now) * 1000);
    this.waited += finish - now - service;
  }

  private isThrottled(now: number): boolean {
    const { functionConcurrency } = this.endpoint;
    while (this.calls.length > 0 && this.calls.peek()! <= now) {
      this.calls.pop();
    }
    return functionConcurrency !== undefined && this.calls.length >= functionConcurrency;
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

  /** Applies every data point that is visible before `now`. */
  private scaleUntil(now: number): void {
    const { period, delay } = this.tracking;
    for (;;) {
      const end = (this.nextPeriod + 1) * period;
      const visible = end + delay;
      if (visible > now) {
        return;
      }
      const serving = this.serving(end);
      const sum = this.metric.of(this.nextPeriod) / serving;
      const value = this.endpoint.scaling.metric === "concurrency" ? sum / period : sum;
      const isUpdating = this.instances.at(-1)!.startsAt > visible;
      this.change(visible, this.tracking.decide(visible, value, this.desired, isUpdating));
      this.nextPeriod += 1;
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
  }

  /** An instance is paid for from the decision to add it. */
  private countInstances(now: number): void {
    this.instanceSeconds += this.desired * (now - this.countedUntil);
    this.countedUntil = now;
    this.minuteOf(now).instances = this.serving(now);
  }

  private minuteOf(now: number): MinuteCounts {
    const index = Math.floor(now / 60);
    while (this.perMinute.length <= index) {
      const instances = this.serving((this.perMinute.length + 1) * 60);
      this.perMinute.push({ requests: 0, refused: 0, throttled: 0, instances, latencies: [] });
    }
    return this.perMinute[index]!;
  }

  private summary(): Simulation {
    const counts = this.perMinute.filter(({ requests }) => requests > 0);
    const latencies = Float64Array.from(counts.flatMap(({ latencies }) => latencies)).sort();
    const total = (key: "requests" | "refused" | "throttled"): number =>
      counts.reduce((sum, minute) => sum + minute[key], 0);
    return {
      minutes: this.perMinute.flatMap(({ latencies: own, ...minute }, index): Minute[] => {
        const sorted = Float64Array.from(own).sort();
        return minute.requests === 0 && index === this.perMinute.length - 1
          ? []
          : [
              {
                minute: index,
                ...minute,
                p50: percentile(sorted, 0.5),
                p95: percentile(sorted, 0.95),
                p99: percentile(sorted, 0.99),
              },
            ];
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

interface MinuteCounts {
  requests: number;
  refused: number;
  throttled: number;
  instances: number;
  /** Milliseconds. */
  latencies: number[];
}
