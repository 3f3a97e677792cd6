/** Latency in milliseconds. */
export interface Latency {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The mean and percentiles of sorted latencies; null without any. */
export function latencyOf(sorted: Float64Array): Latency | null {
  if (sorted.length === 0) {
    return null;
  }
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(sorted, share)!);
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  return { mean, p50: p50!, p95: p95!, p99: p99! };
}

/** The smallest value that at least this share of the sorted values does not exceed; null without values. */
export function percentile(sorted: Float64Array, share: number): number | null {
  return sorted.length === 0 ? null : sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}
