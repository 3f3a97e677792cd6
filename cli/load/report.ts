import pc from "picocolors";
import plot from "simple-ascii-chart";

import { renderTable } from "../output/table";
import type { LoadResult } from "./run-load";
import { type Interval, type LoadSummary, summaryOf } from "./summary";

/** A load as a program reads it. */
export function loadAsJson(endpoint: string, result: LoadResult): Record<string, unknown> {
  const { rate, seed } = result.load;
  return { endpoint, rate, seed, ...summaryOf(result) };
}

/** A load as a person reads it: figures, and how they went over time. */
export function renderLoad(result: LoadResult): string {
  const summary = summaryOf(result);
  const { latency, errors, sent, answered, notSent, seconds } = summary;
  const share = (count: number): string =>
    `${count} (${((100 * count) / Math.max(1, sent)).toFixed(1)} %)`;
  return [
    renderTable(
      ["", ""],
      [
        [
          "Sent",
          `${sent} requests in ${seconds.toFixed(0)} s: ${(sent / seconds).toFixed(1)} a second`,
        ],
        ["Answered", share(answered)],
        ...Object.entries(errors).map(([reason, count]) => [reason, pc.red(share(count))]),
        ...(notSent > 0
          ? [["Not sent", `${notSent}: ${result.load.maximumInFlight} were in flight already`]]
          : []),
        [
          "Latency",
          latency === null
            ? "nothing was answered"
            : `p50 ${ms(latency.p50)}, p95 ${ms(latency.p95)}, p99 ${ms(latency.p99)}`,
        ],
        ["Instances", instances(summary)],
      ],
    ),
    ...charts(summary.intervals),
  ].join("\n");
}

function instances({ leastInstances, mostInstances }: LoadSummary): string {
  if (leastInstances === null || mostInstances === null) {
    return "could not be seen";
  }
  return leastInstances === mostInstances
    ? String(mostInstances)
    : `${leastInstances} to ${mostInstances}`;
}

function charts(intervals: readonly Interval[]): string[] {
  const chart = (title: string, value: (interval: Interval) => number | null): string[] => {
    const points = intervals.flatMap((interval): [number, number][] => {
      const found = value(interval);
      return found === null ? [] : [[interval.second, Math.round(found)]];
    });
    if (points.length < 2) {
      return [];
    }
    const every = Math.ceil(points.length / 8);
    const labelled = new Set(points.filter((_, index) => index % every === 0).map(([x]) => x));
    return [
      plot(points, {
        title,
        width: 64,
        height: 6,
        xLabel: "second",
        yRange: [0, Math.max(...points.map(([, y]) => y), 1)],
        formatter: (number, { axis }) => (axis === "x" && !labelled.has(number) ? "" : number),
      }),
    ];
  };
  return [
    ...chart("p95 latency (ms)", ({ p95 }) => p95),
    ...chart("instances", ({ instances: count }) => count),
  ];
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(0)} ms`;
}
