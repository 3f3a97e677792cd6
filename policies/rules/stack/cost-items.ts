import {
  hourlyPrice,
  provisionedGibibyteSecond,
  type PriceTables,
  shippedPrices,
  type Use,
} from "../../../packages/aws-facts/prices";
import { forEach, isUnknownFinding } from "../../outcomes";
import type { JudgedResource, JudgedStack } from "../../resource";
import type { UnknownFinding } from "../../rule";
import { scaledBy, TARGET } from "../appautoscaling/scaling";
import { functionOf } from "../lambda/functions";
import { PROVISIONED_CONCURRENCY } from "../lambda/types";
import { ENDPOINT, NOTEBOOK } from "../sagemaker/types";
import { configurationOf, isServerless, variantsOf } from "../sagemaker/variants";

const INSTANCE = "aws:ec2/instance:Instance";

/** Something that costs money by the hour. */
export interface CostItem {
  /** Such as `endpoint main: 2 × ml.m5.large`. */
  readonly label: string;
  readonly monthlyDollars: number;
  /** The same once autoscaling has added all it may. */
  readonly monthlyDollarsAtMost: number;
}

/** How long things run in a month. */
export interface Hours {
  readonly hoursPerMonth: number;
  readonly notebookHoursPerMonth: number;
}

/** A month: endpoints and EC2 instances run all the time, notebooks in working hours. */
export const MONTH: Hours = { hoursPerMonth: 730, notebookHoursPerMonth: 160 };

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

/** US dollars a month. */
export interface MonthlyDollars {
  readonly atRest: number;
  /** Once autoscaling has added all it may. */
  readonly atMost: number;
}

/** What items cost together. */
export function sumOf(items: readonly CostItem[]): MonthlyDollars {
  return {
    atRest: items.reduce((total, { monthlyDollars }) => total + monthlyDollars, 0),
    atMost: items.reduce((total, { monthlyDollarsAtMost }) => total + monthlyDollarsAtMost, 0),
  };
}

/** What a stack costs by the hour, and what of it could not be counted. */
export interface CostEstimate {
  readonly items: readonly CostItem[];
  /** Such as `ml.x9.large in eu-west-1 (endpoint main)`: what has no known price. */
  readonly withoutPrice: readonly string[];
  readonly unknown: readonly UnknownFinding[];
}

/**
 * Estimates what a stack costs by the hour: endpoint instances, notebooks, EC2 instances, provisioned concurrency.
 *
 * Prices are those of each resource's own region.
 */
export function estimateCost(
  stack: JudgedStack,
  hours: Hours,
  tables: PriceTables = shippedPrices,
): CostEstimate {
  const items: CostItem[] = [];
  const withoutPrice: string[] = [];
  const add = (
    label: string,
    use: Use,
    resource: JudgedResource,
    { type, hourCount, least = 1, most = least }: Instances & { hourCount: number },
  ): void => {
    const region = regionOf(resource);
    const price = hourlyPrice(use, type, region, tables);
    if (price === undefined) {
      withoutPrice.push(`${type} in ${region} (${label})`);
      return;
    }
    const each = price.dollars * hourCount;
    const name = `${label}: ${least} × ${type}`;
    items.push({ label: name, monthlyDollars: least * each, monthlyDollarsAtMost: most * each });
  };
  const { hoursPerMonth, notebookHoursPerMonth } = hours;
  const single = (label: string, use: Use, resource: JudgedResource, hourCount: number): void => {
    const type = String(resource.properties["instanceType"]);
    add(`${label} ${resource.name}`, use, resource, { type, hourCount });
  };
  const counts: Readonly<Record<string, (resource: JudgedResource) => void>> = {
    [ENDPOINT](endpoint) {
      for (const { path, ...instances } of instancesOf(endpoint, stack)) {
        const paid = { ...instances, hourCount: hoursPerMonth };
        add(`endpoint ${endpoint.name} ${path}`, "hosting", endpoint, paid);
      }
    },
    [NOTEBOOK]: (each) => single("notebook", "notebook", each, notebookHoursPerMonth),
    [INSTANCE]: (each) => single("EC2 instance", "ec2", each, hoursPerMonth),
    [PROVISIONED_CONCURRENCY]: (each) => items.push(provisionedItem(each, stack, hoursPerMonth)),
  };
  const unknown = Object.entries(counts).flatMap(([type, count]) => [
    ...forEach(stack.ofType(type), (resource) => {
      count(resource);
      return [];
    }),
  ]);
  return { items, withoutPrice, unknown: unknown.filter(isUnknownFinding) };
}

/** Instances of one type. */
interface Instances {
  readonly type: string;
  readonly least?: number;
  readonly most?: number;
}

/** The region of a resource's provider; where that names none, the one that AWS's own tools would take. */
function regionOf({ provider }: JudgedResource): string {
  const { region } = provider;
  return typeof region === "string" ? region : (process.env["AWS_REGION"] ?? "us-east-1");
}

function instancesOf(
  endpoint: JudgedResource,
  stack: JudgedStack,
): (Instances & { path: string })[] {
  const configuration = configurationOf(endpoint, stack);
  if (configuration === undefined) {
    return [];
  }
  const targets = stack
    .ofType(TARGET)
    .map((target) => ({ target, scaled: scaledBy(target, stack) }))
    .filter(({ scaled }) => scaled?.endpoint?.urn === endpoint.urn);
  return variantsOf(configuration)
    .filter((variant) => !isServerless(variant))
    .map((variant) => {
      const scaling = targets.find(({ scaled }) =>
        scaled!.variants().some(({ path }) => path === variant.path),
      )?.target;
      const initial = variant.initialInstanceCount ?? 1;
      return {
        path: variant.path,
        type: variant.instanceType ?? "an unnamed instance type",
        least: (scaling?.properties["minCapacity"] as number | undefined) ?? initial,
        most: (scaling?.properties["maxCapacity"] as number | undefined) ?? initial,
      };
    });
}

const MEBIBYTES = 1024;
const SECONDS = 3600;
const DEFAULT_MEMORY = 128;

function provisionedItem(provisioned: JudgedResource, stack: JudgedStack, hours: number): CostItem {
  const owner = functionOf(provisioned, "functionName", stack)?.properties;
  const count = provisioned.properties["provisionedConcurrentExecutions"] as number;
  const memory = (owner?.["memorySize"] as number | undefined) ?? DEFAULT_MEMORY;
  const architecture = (owner?.["architectures"] as string[] | undefined)?.[0] ?? "x86_64";
  const price = provisionedGibibyteSecond[architecture] ?? provisionedGibibyteSecond["x86_64"]!;
  const dollars = ((count * memory) / MEBIBYTES) * hours * SECONDS * price;
  return {
    label: `provisioned concurrency ${provisioned.name}: ${count} × ${memory} MiB`,
    monthlyDollars: dollars,
    monthlyDollarsAtMost: dollars,
  };
}
