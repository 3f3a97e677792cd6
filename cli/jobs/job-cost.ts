import { hourlyPrice } from "../../packages/aws-facts/prices";
import { currentPrices } from "../cost/price-tables";
import type { FollowedJob } from "./follow";
import { hasEnded } from "./job";

/**
 * What a job costs, in US dollars at the On-Demand price: a training what SageMaker bills, which is less by Spot's share
 * already; a search so far, the time of its trials.
 *
 * @returns null until there is something to pay, and where the instance has no known price.
 */
export function jobCost({ job, trials }: FollowedJob, region: string): number | null {
  const searched = trials.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
  const seconds =
    job.kind === "training"
      ? job.billedSeconds
      : hasEnded(job) || searched > 0
        ? searched
        : undefined;
  const price = hourlyPrice("training", job.instanceType, region, currentPrices());
  return seconds === undefined || price === undefined
    ? null
    : (price.dollars * seconds * job.instanceCount) / 3600;
}
