import type { PolicyResource } from "@pulumi/policy";

import type { PriceTables } from "../../packages/aws-facts/prices";
import type { JudgedStack } from "../../policies/resource";
import { type CostEstimate, estimateCost, type Hours } from "../../policies/rules/stack/cost-items";
import { judgedStack } from "../../policies/stack";
import type { RegisteredResource } from "../preview/evaluate-program";
import { evaluateStack, regionOf } from "../preview/evaluate-stack";
import type { StackSettings } from "../preview/stack-file";

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
  const { resources } = await evaluateStack(settings);
  return estimateCost(asStack(resources, regionOf(settings)), hours, tables);
}

/** The program's resources as the policy pack's engine side hands them to a rule. */
function asStack(resources: readonly RegisteredResource[], region: string): JudgedStack {
  const provider = { props: { region } };
  return judgedStack(
    resources.map(({ type, name, urn, parent, outputs, dependencies, propertyDependencies }) => {
      const named = (urns: readonly string[]) => urns.map((each) => ({ urn: each }));
      const entries = [...propertyDependencies].map(([key, urns]) => [key, named(urns)] as const);
      return {
        ...{ type, name, urn, provider, props: outputs },
        parent: { urn: parent },
        dependencies: named(dependencies),
        propertyDependencies: Object.fromEntries(entries),
      } as unknown as PolicyResource;
    }),
  );
}
