import {
  hourlyPrice,
  provisionedGibibyteSecond,
  type PriceTables,
  shippedPrices,
  type Use,
} from "../../../packages/aws-facts/prices";
import { UnknownValueError, type JudgedResource, type JudgedStack } from "../../resource";
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
  const unknown: UnknownFinding[] = [];
  const add = (
    label: string,
    use: Use,
    resource: JudgedResource,
    { type, hourCount, least = 1, most = least }: Paid,
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
  const count = (
    resources: readonly JudgedResource[],
    one: (each: JudgedResource) => void,
  ): void => {
    for (const resource of resources) {
      try {
        one(resource);
      } catch (error) {
        if (!(error instanceof UnknownValueError)) {
          throw error;
        }
        unknown.push({ resource: error.resource, unknown: error.path });
      }
    }
  };
  count(stack.ofType(ENDPOINT), (endpoint) => {
    for (const { path, ...instances } of instancesOf(endpoint, stack)) {
      const hourCount = hours.hoursPerMonth;
      add(`endpoint ${endpoint.name} ${path}`, "hosting", endpoint, { ...instances, hourCount });
    }
  });
  count(stack.ofType(NOTEBOOK), (notebook) => {
    const type = String(notebook.properties["instanceType"]);
    const hourCount = hours.notebookHoursPerMonth;
    add(`notebook ${notebook.name}`, "notebook", notebook, { type, hourCount });
  });
  count(stack.ofType(INSTANCE), (instance) => {
    const type = String(instance.properties["instanceType"]);
    const hourCount = hours.hoursPerMonth;
    add(`EC2 instance ${instance.name}`, "ec2", instance, { type, hourCount });
  });
  count(stack.ofType(PROVISIONED_CONCURRENCY), (provisioned) =>
    items.push(provisionedItem(provisioned, stack, hours.hoursPerMonth)),
  );
  return { items, withoutPrice, unknown };
}

/** Instances of one type, and the hours that each is paid for. */
interface Paid {
  readonly type: string;
  readonly hourCount: number;
  readonly least?: number;
  readonly most?: number;
}

/** The region of a resource's provider; where that names none, the one that AWS's own tools would take. */
function regionOf({ provider }: JudgedResource): string {
  const { region } = provider;
  return typeof region === "string" ? region : (process.env["AWS_REGION"] ?? "us-east-1");
}

interface Instances {
  readonly path: string;
  readonly type: string;
  readonly least: number;
  readonly most: number;
}

function instancesOf(endpoint: JudgedResource, stack: JudgedStack): Instances[] {
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
    .map((variant): Instances => {
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
