import pc from "picocolors";

import { chart } from "../output/chart";
import { duration, withShare } from "../output/quantities";
import { renderTable } from "../output/table";
import { latencyText } from "./latency";
import { canScaleOut, instanceRate, type Recommendation } from "./recommend";
import type { Endpoint, Simulation } from "./simulate";
import { rateSummary, type Traffic } from "./traffic";

/** A simulated endpoint, with what its instances cost. */
export interface SimulationReport {
  readonly endpoint: Endpoint;
  readonly traffic: Traffic;
  readonly simulation: Simulation;
  /** US dollars for an instance and an hour; undefined where the price is not known. */
  readonly hourlyDollars?: number | undefined;
  /** Undefined where none was asked for, null where nothing reaches the goal. */
  readonly recommendation?: Recommendation | null | undefined;
}

/** The simulation as a program reads it. */
export function simulationAsJson(report: SimulationReport): Record<string, unknown> {
  const { endpoint, simulation, hourlyDollars, recommendation } = report;
  const dollars = (hours: number): number | null =>
    hourlyDollars === undefined ? null : hours * hourlyDollars;
  return {
    endpoint,
    canScaleOut: canScaleOut(endpoint),
    ...simulation,
    dollars: dollars(simulation.instanceHours),
    recommendation: recommendation && {
      minInstances: recommendation.minInstances,
      maxInstances: recommendation.maxInstances,
      target: recommendation.target,
      p95: recommendation.simulation.latency?.p95,
      dollars: dollars(recommendation.simulation.instanceHours),
    },
  };
}

/** The simulation as a person reads it: figures, the fleet over time, warnings, and what would be better. */
export function renderSimulation(report: SimulationReport): string {
  const { endpoint, traffic, simulation } = report;
  const { scaling } = endpoint;
  const { mean, highest } = rateSummary(traffic);
  const { latency, requests, refused, throttled } = simulation;
  const bounds = `${scaling.minInstances}..${scaling.maxInstances}`;
  return [
    renderTable(
      ["", ""],
      [
        [
          "Traffic",
          `${requests} requests in ${duration(traffic.seconds)}: ${mean.toFixed(1)} a second, at most ${highest}`,
        ],
        ["Fleet", `${bounds} instances, ${targetOf(endpoint)}`],
        ["Instances used", `at most ${simulation.mostInstances}${cost(report, simulation)}`],
        ["Latency", latencyText(latency)],
        ["Refused by a full queue", withShare(refused, requests)],
        ["Throttled by the function", withShare(throttled, requests)],
      ],
    ),
    ...chart(
      "instances",
      "minute",
      simulation.minutes.map(({ minute, instances }) => [minute, instances]),
    ),
    ...chart(
      "p95 latency (ms)",
      "minute",
      simulation.minutes.map(({ minute, p95 }) => [minute, p95]),
    ),
    ...warnings(report),
    ...advice(report),
  ].join("\n");
}

function targetOf({ scaling: { target, metric } }: Endpoint): string {
  if (target === Infinity) {
    return "not scaled";
  }
  const unit =
    metric === "invocations" ? "a minute and instance" : "at the same time to an instance";
  return `target ${target} requests ${unit}`;
}

function warnings({ endpoint, simulation }: SimulationReport): string[] {
  const { scaling } = endpoint;
  const most = Math.floor(instanceRate(endpoint) * 60);
  const isStuck = scaling.maxInstances > scaling.minInstances && !canScaleOut(endpoint);
  return [
    ...(isStuck
      ? [
          pc.yellow(
            `The target of ${scaling.target} is more than an instance can answer (${most} a minute): the fleet only grows when requests are refused.`,
          ),
        ]
      : []),
    ...(simulation.refused + simulation.throttled > 0
      ? [pc.yellow("Requests were turned away: this fleet can't take that traffic.")]
      : []),
  ];
}

/** What the target of a metric is called in the configuration. */
const TARGETS = {
  invocations: "invocationsPerInstance",
  concurrency: "concurrentRequestsPerInstance",
} as const;

function advice({ recommendation, ...report }: SimulationReport): string[] {
  if (recommendation === undefined) {
    return [];
  }
  if (recommendation === null) {
    return [
      pc.yellow(
        "No fleet reaches that latency and answers every request: see --service-ms and the function's concurrency.",
      ),
    ];
  }
  const { minInstances, maxInstances, target, simulation } = recommendation;
  return [
    pc.bold("Recommended"),
    `  scaling: { minInstances: ${minInstances}, maxInstances: ${maxInstances}, ${TARGETS[report.endpoint.scaling.metric]}: ${target} }`,
    `  ${latencyText(simulation.latency)}${cost(report, simulation)}`,
  ];
}

function cost({ hourlyDollars, traffic }: SimulationReport, { instanceHours }: Simulation): string {
  if (hourlyDollars === undefined) {
    return `, ${instanceHours.toFixed(2)} instance hours (price not known)`;
  }
  const dollars = instanceHours * hourlyDollars;
  const perHour = dollars / (traffic.seconds / 3600);
  return `, ${instanceHours.toFixed(2)} instance hours: $${dollars.toFixed(2)} ($${perHour.toFixed(3)} an hour)`;
}
