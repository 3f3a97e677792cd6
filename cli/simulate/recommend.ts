import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import { type Endpoint, MAXIMUM_INSTANCES, simulate, type Simulation } from "./simulate";
import { rateSummary, type Traffic } from "./traffic";

/** Bounds and a target that reach a goal, and what they cost. */
export interface Recommendation {
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly target: number;
  readonly simulation: Simulation;
}

/** Shares of an instance's workers that may be busy on average, the cheapest first. */
const UTILISATIONS = Array.from({ length: 19 }, (_, index) => (19 - index) / 20);

/** Requests a second that an instance answers when it is never idle. */
export function instanceRate({ workers, serviceSeconds }: Endpoint): number {
  return workers / serviceSeconds;
}

/**
 * Whether the fleet can ever grow: an instance whose workers are all busy must be above the target.
 * With the concurrency metric, requests that wait also count.
 */
export function canScaleOut(endpoint: Endpoint): boolean {
  const { metric, target } = endpoint.scaling;
  return metric === "invocations"
    ? target < instanceRate(endpoint) * 60
    : target < endpoint.workers + endpoint.queueLength;
}

/**
 * The bounds and the target that reach the goal for the least instance hours, undefined where none does. The goal is the 95th
 * percentile of the latency, in milliseconds.
 *
 * Each candidate is simulated with the same random numbers, so they differ by their settings alone.
 */
export function recommend(
  endpoint: Endpoint,
  traffic: Traffic,
  goalP95: number,
  seed: number,
): Recommendation | undefined {
  const { lowest, mean, highest } = rateSummary(traffic);
  let best: Recommendation | undefined;
  const tried = new Set<string>();
  for (const utilisation of UTILISATIONS) {
    const rate = instanceRate(endpoint) * utilisation;
    const target = targetFor(endpoint, utilisation);
    const instancesFor = (requestsPerSecond: number): number =>
      Math.max(1, Math.ceil(requestsPerSecond / rate));
    for (const minInstances of new Set([lowest, mean, highest].map(instancesFor))) {
      const bounds = { minInstances, maxInstances: instancesFor(highest) };
      const scaling = { ...endpoint.scaling, ...bounds, target };
      const isFixed = minInstances === bounds.maxInstances;
      const key = isFixed ? String(minInstances) : Object.values({ ...bounds, target }).join();
      // At a steady rate the fleet costs at least this; a dearer candidate need not be simulated.
      const leastHours = (minInstances * traffic.seconds) / 3600;
      const isDearer = leastHours >= (best?.simulation.instanceHours ?? Infinity);
      if (tried.has(key) || isDearer || bounds.maxInstances > MAXIMUM_INSTANCES) {
        continue;
      }
      tried.add(key);
      const simulation = simulate({ ...endpoint, scaling }, traffic, xoroshiro128plus(seed));
      const isHeld =
        (simulation.latency?.p95 ?? Infinity) <= goalP95 &&
        simulation.refused + simulation.throttled === 0;
      if (isHeld && simulation.instanceHours < (best?.simulation.instanceHours ?? Infinity)) {
        best = { ...bounds, target, simulation };
      }
    }
  }
  return best;
}

/** The target that keeps this share of the workers busy: a whole number, as the configuration wants it. */
function targetFor(endpoint: Endpoint, utilisation: number): number {
  const { scaling, workers } = endpoint;
  const full = scaling.metric === "invocations" ? instanceRate(endpoint) * 60 : workers;
  return Math.max(1, Math.floor(full * utilisation));
}
