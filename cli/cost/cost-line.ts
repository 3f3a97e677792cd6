import { estimateCost } from "../../policies/rules/stack/cost-items";
import { asStack } from "../preview/as-stack";
import type { RegisteredResource } from "../../infra/offline/registrations";
import { HOURS } from "./hours";
import { currentPrices } from "./price-tables";
import { stackTotals } from "./report";

/** What a stack costs, in one line. */
export function costLine(resources: readonly RegisteredResource[], region: string): string {
  const estimate = estimateCost(asStack(resources, region), HOURS, currentPrices());
  const { atRest, atMost, isComplete } = stackTotals(estimate);
  const least = isComplete ? "" : "at least ";
  return `Cost: ${least}${atRest.toFixed(2)} USD a month at rest, ${least}${atMost.toFixed(2)} at most (kennel cost stack)`;
}
