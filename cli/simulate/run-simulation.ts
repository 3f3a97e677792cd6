import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import { hourlyPrice } from "../../packages/aws-facts/prices";
import { UserError } from "../output/failure";
import { readEndpoint } from "./read-endpoint";
import { recommend } from "./recommend";
import type { SimulationReport } from "./report";
import type { ScalingMetric } from "./scaling";
import { type Endpoint, MAXIMUM_INSTANCES, type ServiceTimes, simulate } from "./simulate";
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

/** More than this takes a process longer and more memory than anybody waits for. */
const MAXIMUM_REQUESTS = 20_000_000;
const MAXIMUM_RATE = 20_000;
const MAXIMUM_DAYS = 31;

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
  const { mean, highest } = rateSummary(traffic);
  const days = traffic.seconds / 86_400;
  const requests = mean * traffic.seconds;
  if (!(requests <= MAXIMUM_REQUESTS && highest <= MAXIMUM_RATE && days <= MAXIMUM_DAYS)) {
    throw new UserError(
      `that is about ${Math.round(requests)} requests in ${Math.ceil(days)} days, and at most ${highest} a second; ` +
        `a simulation takes ${MAXIMUM_REQUESTS} requests, ${MAXIMUM_DAYS} days and ${MAXIMUM_RATE} a second at most.`,
    );
  }
  const declared = await readEndpoint(options.stack, name);
  const { scaling } = declared;
  const minInstances = options.min ?? scaling.minInstances;
  const maxInstances = options.max ?? Math.max(minInstances, scaling.maxInstances);
  if (minInstances < 1 || maxInstances < minInstances || maxInstances > MAXIMUM_INSTANCES) {
    throw new UserError(
      `${minInstances} to ${maxInstances} instances can't be simulated: give --min and --max from 1 to ${MAXIMUM_INSTANCES}, --max not below --min.`,
    );
  }
  const endpoint: Endpoint = {
    scaling: {
      ...scaling,
      minInstances,
      maxInstances,
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
