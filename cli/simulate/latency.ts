/** Latency in milliseconds. */
export interface Latency {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The mean and percentiles of latencies: of each, the smallest that at least its share does not exceed. Null without any. */
export function latencyOf(latencies: readonly number[]): Latency | null {
  if (latencies.length === 0) {
    return null;
  }
  const sorted = Float64Array.from(latencies).sort();
  const percentile = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1]!;
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  return { mean, p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) };
}

/** Such as `p50 12 ms, p95 30 ms, p99 41 ms`. */
export function latencyText(latency: Latency | null): string {
  return latency === null
    ? "nothing was answered"
    : (["p50", "p95", "p99"] as const)
        .map((each) => `${each} ${latency[each].toFixed(0)} ms`)
        .join(", ");
}
