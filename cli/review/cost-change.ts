import type { PriceTables } from "../../packages/aws-facts/prices";
import type { JudgedStack } from "../../policies/resource";
import { type CostItem, type MonthlyDollars, sumOf } from "../../policies/rules/stack/cost-items";
import { costOf } from "../cost/stack-cost";

/** Before and after. */
interface Change {
  readonly before: number;
  readonly after: number;
}

type DollarsChange = Readonly<Record<keyof MonthlyDollars, Change>>;

/** What one item costs; zero where it is not there. */
export interface ItemChange extends DollarsChange {
  readonly label: string;
}

/** What a stack costs a month, before and after. */
export interface CostChange extends DollarsChange {
  /** Every item, those that change first. */
  readonly items: readonly ItemChange[];
  /** What has no known price, or is not known before the deployment: sums are then at least these. */
  readonly unknown: readonly string[];
}

/** Compares what both sides cost, each in its own region. */
export function costChange(
  before: JudgedStack,
  after: JudgedStack,
  tables?: PriceTables,
): CostChange {
  const [old, now] = [costOf(before, tables), costOf(after, tables)];
  const subjects = new Set([...now.items, ...old.items].map(({ label }) => subjectOf(label)));
  const items = [...subjects].map((subject): ItemChange => {
    const about = (all: Items): Items => all.filter(({ label }) => subjectOf(label) === subject);
    const [was, is] = [about(old.items), about(now.items)];
    return { label: labelOf(subject, was, is), ...changeOf(sumOf(was), sumOf(is)) };
  });
  return {
    ...changeOf(old, now),
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

function changeOf(before: MonthlyDollars, after: MonthlyDollars): DollarsChange {
  return {
    atRest: { before: before.atRest, after: after.atRest },
    atMost: { before: before.atMost, after: after.atMost },
  };
}

/** Whether the change moves a sum or an item. */
export function changesCost({ items }: CostChange): boolean {
  return items.some(isChanged);
}

export function isChanged({ atRest, atMost }: ItemChange): boolean {
  return atRest.before !== atRest.after || atMost.before !== atMost.after;
}

type Items = readonly CostItem[];

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
