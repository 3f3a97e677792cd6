import { type PriceTables, shippedPrices } from "../../packages/aws-facts/prices";
import type { JudgedStack } from "../../policies/resource";
import { type CostEstimate, estimateCost } from "../../policies/rules/stack/cost-items";
import { HOURS } from "../cost/hours";

/** US dollars a month, before and after. */
export interface Dollars {
  readonly before: number;
  readonly after: number;
}

/** What one item costs; zero where it is not there. */
export interface ItemChange {
  readonly label: string;
  readonly atRest: Dollars;
  readonly atMost: Dollars;
}

/** What a stack costs a month, before and after. */
export interface CostChange {
  readonly atRest: Dollars;
  /** Once autoscaling has added all it may. */
  readonly atMost: Dollars;
  /** Every item, those that change first. */
  readonly items: readonly ItemChange[];
  /** What has no known price, or is not known before the deployment: sums are then at least these. */
  readonly unknown: readonly string[];
}

/** Compares what both sides cost, each in its own region. */
export function costChange(
  before: JudgedStack,
  after: JudgedStack,
  tables: PriceTables = shippedPrices,
): CostChange {
  const old = estimateCost(before, HOURS, tables);
  const now = estimateCost(after, HOURS, tables);
  const items = [...new Set([...now.items, ...old.items].map(({ label }) => subjectOf(label)))].map(
    (subject): ItemChange => {
      const about = ({ items: all }: CostEstimate): Items =>
        all.filter(({ label }) => subjectOf(label) === subject);
      const [was, is] = [about(old), about(now)];
      return {
        label: labelOf(subject, was, is),
        atRest: { before: sum(was, "monthlyDollars"), after: sum(is, "monthlyDollars") },
        atMost: {
          before: sum(was, "monthlyDollarsAtMost"),
          after: sum(is, "monthlyDollarsAtMost"),
        },
      };
    },
  );
  return {
    atRest: { before: sum(old.items, "monthlyDollars"), after: sum(now.items, "monthlyDollars") },
    atMost: {
      before: sum(old.items, "monthlyDollarsAtMost"),
      after: sum(now.items, "monthlyDollarsAtMost"),
    },
    items: items.sort((left, right) => weight(right) - weight(left)),
    unknown: [
      ...now.withoutPrice.map((each) => `no price is known for ${each}`),
      ...now.unknown.map(
        ({ resource, unknown }) =>
          `${unknown} of ${resource?.name ?? "the stack"} is not known before the deployment`,
      ),
    ],
  };
}

/** Whether the change moves a sum or an item. */
export function changesCost({ items }: CostChange): boolean {
  return items.some(isChanged);
}

export function isChanged({ atRest, atMost }: ItemChange): boolean {
  return atRest.before !== atRest.after || atMost.before !== atMost.after;
}

type Items = CostEstimate["items"];

function sum(items: Items, key: "monthlyDollars" | "monthlyDollarsAtMost"): number {
  return items.reduce((total, item) => total + item[key], 0);
}

/** `endpoint main: 2 × ml.m5.large` is about `endpoint main`. */
function subjectOf(label: string): string {
  return label.replace(/: [^:]*$/, "");
}

function labelOf(subject: string, was: Items, is: Items): string {
  const amount = (items: Items): string =>
    items.map(({ label }) => label.slice(subject.length + 2)).join(" + ");
  const [before, after] = [amount(was), amount(is)];
  const amounts = before === after ? after : [before || "none", after || "none"].join(" → ");
  return `${subject}: ${amounts}`;
}

function weight({ atRest, atMost }: ItemChange): number {
  const difference =
    Math.abs(atRest.after - atRest.before) + Math.abs(atMost.after - atMost.before);
  return difference > 0 ? 1e9 + difference : atRest.after;
}
