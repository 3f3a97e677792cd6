import shipped from "./price-list.json";

/** What an instance is paid for: the same type has a price of its own for each use. */
export type Use = "hosting" | "training" | "notebook" | "ec2";

/** On-Demand prices of one use, in US dollars for an instance and an hour. */
export interface PriceTable {
  /** When AWS published them, such as `2026-08-20`. */
  readonly asOf: string;
  readonly source: string;
  /** Region, then instance type. */
  readonly regions: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** The prices of every use. */
export type PriceTables = Readonly<Record<Use, PriceTable>>;

/** What an instance costs. */
export interface Price {
  /** US dollars for an instance and an hour. */
  readonly dollars: number;
  /** The use whose table it is from: another one than asked for where SageMaker charges the same for both. */
  readonly use: Use;
  readonly asOf: string;
}

/** The prices that come with Kennel; `kennel cost prices --refresh` gets today's. */
export const shippedPrices: PriceTables = shipped;

/**
 * The price of an instance, undefined where it is not known.
 *
 * SageMaker charges the same for training, for a notebook and for hosting on all types that can host (each of the eight
 * instances in docs/cost.md that can), so hosting's price stands in where a use lacks its own.
 */
export function hourlyPrice(
  use: Use,
  instanceType: string,
  region: string,
  tables: PriceTables = shippedPrices,
): Price | undefined {
  const uses: readonly Use[] = use === "training" || use === "notebook" ? [use, "hosting"] : [use];
  for (const each of uses) {
    const { asOf, regions } = tables[each];
    const prices = new Map(Object.entries(regions[region] ?? {}));
    const dollars = prices.get(instanceType);
    if (dollars !== undefined) {
      return { dollars, use: each, asOf };
    }
  }
  return undefined;
}

/** Regions that have prices of this use, in alphabetical order. */
export function pricedRegions(use: Use, tables: PriceTables = shippedPrices): string[] {
  return Object.keys(tables[use].regions).sort();
}

/** Dollars for a gibibyte of provisioned Lambda memory and a second in us-east-1, by architecture. */
export const provisionedGibibyteSecond: Readonly<Record<string, number>> = {
  x86_64: 0.0000041667,
  arm64: 0.0000033334,
};
