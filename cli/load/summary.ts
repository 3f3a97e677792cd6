import { type Latency, latencyOf } from "../simulate/latency";
import type { LoadResult, Sample } from "./run-load";

/** A part of a load's time. */
export interface Interval {
  /** Its beginning, in seconds. */
  readonly second: number;
  readonly requests: number;
  readonly errors: number;
  /** Milliseconds; null where nothing was answered. */
  readonly p50: number | null;
  readonly p95: number | null;
  /** Instances at its end; null where they could not be seen. */
  readonly instances: number | null;
}

/** A load in figures. */
export interface LoadSummary {
  readonly seconds: number;
  readonly sent: number;
  readonly answered: number;
  readonly notSent: number;
  /** Requests that were not answered, by reason. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of answered requests, in milliseconds; null without any. */
  readonly latency: Latency | null;
  readonly leastInstances: number | null;
  readonly mostInstances: number | null;
  readonly intervals: readonly Interval[];
}

/** So many intervals that a chart shows each. */
const INTERVALS = 30;

export function summaryOf({ seconds, samples, notSent, instances }: LoadResult): LoadSummary {
  const counts = instances.map(({ count }) => count);
  const errors: Record<string, number> = {};
  for (const { error } of samples) {
    if (error !== undefined) {
      errors[error] = (errors[error] ?? 0) + 1;
    }
  }
  const answered = latenciesOf(samples);
  const length = Math.max(1, Math.ceil(seconds / INTERVALS));
  return {
    seconds,
    sent: samples.length,
    answered: answered.length,
    notSent,
    errors,
    latency: latencyOf(answered),
    leastInstances: counts.length === 0 ? null : Math.min(...counts),
    mostInstances: counts.length === 0 ? null : Math.max(...counts),
    intervals: Array.from({ length: Math.ceil(seconds / length) }, (_, index): Interval => {
      const [start, end] = [index * length, (index + 1) * length];
      const within = samples.filter(({ second }) => second >= start && second < end);
      const latencies = latenciesOf(within);
      const { p50 = null, p95 = null } = latencyOf(latencies) ?? {};
      return {
        second: start,
        requests: within.length,
        errors: within.length - latencies.length,
        p50,
        p95,
        instances: instances.findLast(({ second }) => second < end)?.count ?? null,
      };
    }),
  };
}

function latenciesOf(samples: readonly Sample[]): number[] {
  return samples.filter(({ error }) => error === undefined).map(({ milliseconds }) => milliseconds);
}
