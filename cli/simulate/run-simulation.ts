import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import { hourlyPrice } from "../../packages/aws-facts/prices";
import { UserError } from "../output/failure";
import { readEndpoint } from "./read-endpoint";
import { recommend } from "./recommend";
import type { SimulationReport } from "./report";
import type { ScalingMetric } from "./scaling";
import { type Endpoint, type ServiceTimes, simulate } from "./simulate";
import { rateSummary, readTraffic, steadyTraffic } from "./traffic";

/** What `kennel simulate` is asked. */
export interface SimulationOptions {
  readonly stack: string;
  readonly rate?: number;
  readonly seconds: number;
  readonly traffic?: string;
  readonly serviceMs: number;
  readonly serviceTimes: ServiceTimes;
  readonly workers: number;
  readonly queue?: number;
  readonly startSeconds: number;
  readonly min?: number;
  readonly max?: number;
  readonly target?: number;
  readonly metric?: ScalingMetric;
  readonly instanceType?: string;
  readonly functionConcurrency?: number;
  readonly goalP95?: number;
  readonly seed: number;
}

/** More requests than this take a process longer and more memory than anybody waits for. */
const MAXIMUM_REQUESTS = 20_000_000;

/** What the inference server admits by itself (KENNEL_MAX_IN_FLIGHT), less what its workers are at. */
function serverQueue(workers: number): number {
  return Math.max(16, 12 * workers) - workers;
}

/** Simulates an endpoint of a stack under the traffic that the options describe. */
export async function runSimulation(
  name: string,
  options: SimulationOptions,
): Promise<SimulationReport> {
  if ((options.rate === undefined) === (options.traffic === undefined)) {
    throw new UserError(
      "say how many requests arrive, with one of --rate N (a second) and --traffic FILE.",
    );
  }
  const traffic =
    options.traffic === undefined
      ? steadyTraffic(options.rate!, options.seconds)
      : readTraffic(options.traffic);
  const requests = rateSummary(traffic).mean * traffic.seconds;
  if (requests > MAXIMUM_REQUESTS) {
    throw new UserError(
      `that is about ${Math.round(requests)} requests; a simulation takes at most ${MAXIMUM_REQUESTS}. Give fewer --seconds.`,
    );
  }
  const declared = await readEndpoint(options.stack, name);
  const { scaling } = declared;
  const minInstances = options.min ?? scaling.minInstances;
  const endpoint: Endpoint = {
    scaling: {
      ...scaling,
      minInstances,
      maxInstances: Math.max(minInstances, options.max ?? scaling.maxInstances),
      target: options.target ?? scaling.target,
      metric: options.metric ?? scaling.metric,
    },
    workers: options.workers,
    serviceSeconds: options.serviceMs / 1000,
    serviceTimes: options.serviceTimes,
    queueLength: options.queue ?? serverQueue(options.workers),
    startSeconds: options.startSeconds,
    functionConcurrency: options.functionConcurrency ?? declared.functionConcurrency,
  };
  if (minInstances < 1) {
    throw new UserError(
      "an endpoint that scales to zero has no instance to simulate: give --min 1 or more.",
    );
  }
  const instanceType = options.instanceType ?? declared.instanceType;
  return {
    endpoint,
    traffic,
    simulation: simulate(endpoint, traffic, xoroshiro128plus(options.seed)),
    hourlyDollars: hourlyPrice("hosting", instanceType, declared.region)?.dollars,
    recommendation:
      options.goalP95 === undefined
        ? undefined
        : (recommend(endpoint, traffic, options.goalP95, options.seed) ?? null),
  };
}
