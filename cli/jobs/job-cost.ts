import { hourlyPrice } from "../../packages/aws-facts/prices";
import { currentPrices } from "../cost/price-tables";
import { hasEnded, type Job } from "./job";
import type { Trial } from "./trials";

/**
 * What a training job costs, in US dollars at the On-Demand price; what SageMaker bills is less by Spot's share already.
 *
 * @returns null until it ends, and where the instance has no known price.
 */
export function trainingCost(job: Job, region: string): number | null {
  return job.billedSeconds === undefined
    ? null
    : dollarsFor(job, job.billedSeconds * job.instanceCount, region);
}

/** What a tuning job has cost so far: its trials' time, from each one's start to its end. */
export function tuningCost(job: Job, trials: readonly Trial[], region: string): number | null {
  const seconds = trials.reduce((sum, trial) => sum + (trial.seconds ?? 0), 0);
  return hasEnded(job) || seconds > 0 ? dollarsFor(job, seconds * job.instanceCount, region) : null;
}

function dollarsFor({ instanceType }: Job, seconds: number, region: string): number | null {
  const price = hourlyPrice("training", instanceType, region, currentPrices());
  return price === undefined ? null : (price.dollars * seconds) / 3600;
}
