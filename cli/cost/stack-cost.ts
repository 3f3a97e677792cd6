import type { PriceTables } from "../../packages/aws-facts/prices";
import type { JudgedStack } from "../../policies/resource";
import {
  type CostEstimate,
  estimateCost,
  MONTH,
  type MonthlyDollars,
  sumOf,
} from "../../policies/rules/stack/cost-items";
import { asStack } from "../preview/as-stack";
import { evaluateShown } from "../preview/evaluate-stack";
import { regionOf, type StackSettings } from "../preview/stack-file";
import { currentPrices } from "./price-tables";

/** What a stack costs in a month, as far as that is known. */
export interface StackCost extends CostEstimate, MonthlyDollars {
  /** Whether everything has a known price. */
  readonly isComplete: boolean;
}

/** @param tables the prices that count; by default those that come with Kennel */
export function costOf(stack: JudgedStack, tables?: PriceTables): StackCost {
  const estimate = estimateCost(stack, MONTH, tables);
  const { items, withoutPrice, unknown } = estimate;
  const isComplete = withoutPrice.length + unknown.length === 0;
  return { ...sumOf(items), isComplete, ...estimate };
}

/** Evaluates a stack offline and estimates what it costs, in its own region. */
export async function stackCost(settings: StackSettings): Promise<StackCost> {
  const { resources } = await evaluateShown(settings);
  return costOf(asStack({ resources, region: regionOf(settings) }), currentPrices());
}
