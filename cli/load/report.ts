import pc from "picocolors";

import { chart } from "../output/chart";
import { withShare } from "../output/quantities";
import { renderTable } from "../output/table";
import { latencyText } from "../simulate/latency";
import type { LoadResult } from "./run-load";
import { type LoadSummary, summaryOf } from "./summary";

/** A load as a program reads it. */
export function loadAsJson(endpoint: string, result: LoadResult): Record<string, unknown> {
  const { rate, seed } = result.load;
  return { endpoint, rate, seed, ...summaryOf(result) };
}

/** A load as a person reads it: figures, and how they went over time. */
export function renderLoad(result: LoadResult): string {
  const summary = summaryOf(result);
  const { latency, errors, sent, answered, notSent, seconds, intervals } = summary;
  return [
    renderTable(
      ["", ""],
      [
        [
          "Sent",
          `${sent} requests in ${seconds.toFixed(0)} s: ${(sent / seconds).toFixed(1)} a second`,
        ],
        ["Answered", withShare(answered, sent)],
        ...Object.entries(errors).map(([reason, count]) => [
          reason,
          pc.red(withShare(count, sent)),
        ]),
        ...(notSent > 0
          ? [["Not sent", `${notSent}: ${result.load.maximumInFlight} were in flight already`]]
          : []),
        ["Latency", latencyText(latency)],
        ["Instances", instances(summary)],
      ],
    ),
    ...chart(
      "p95 latency (ms)",
      "second",
      intervals.map(({ second, p95 }) => [second, p95]),
    ),
    ...chart(
      "instances",
      "second",
      intervals.map(({ second, instances: count }) => [second, count]),
    ),
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
