import type { PriceTables } from "../../packages/aws-facts/prices";
import { type CostEstimate, estimateCost, type Hours } from "../../policies/rules/stack/cost-items";
import { asStack } from "../preview/as-stack";
import { evaluateShown } from "../preview/evaluate-shown";
import { regionOf, type StackSettings } from "../preview/stack-file";

/** What an estimate of a stack does not count. */
export const notCounted = [
  "storage",
  "requests",
  "data transfer",
  "logs and alarms",
  "serverless inference",
  "training jobs",
  "Spot trainers",
  "taxes and discounts",
];

/** Evaluates a stack offline and estimates what it costs by the hour, in its own region. */
export async function stackCost(
  settings: StackSettings,
  hours: Hours,
  tables?: PriceTables,
): Promise<CostEstimate> {
  const { resources } = await evaluateShown(settings);
  return estimateCost(asStack(resources, regionOf(settings)), hours, tables);
}
