import pc from "picocolors";

import { hourlyPrice, type PriceTables, type Use } from "../../packages/aws-facts/prices";
import { notCounted } from "../../policies/rules/stack/cost-items";
import { renderTable } from "../output/table";
import type { MeasuredRate, ServingCost } from "./serving-cost";
import type { StackCost } from "./stack-cost";
import type { TrainingCost } from "./training-cost";

/** Trainings by instance: time, dollars, a bar for each, and the best value. */
export function renderTraining(
  costs: readonly TrainingCost[],
  best: TrainingCost | undefined,
): string {
  const most = Math.max(...costs.map(({ dollars }) => dollars ?? 0));
  const rows = costs.map((cost) => [
    cost.instanceType,
    usd(cost.dollarsPerHour),
    minutes(cost.billedSeconds),
    usd(cost.dollarsPerEpoch),
    usd(cost.dollars),
    "█".repeat(Math.ceil((24 * (cost.dollars ?? 0)) / Math.max(most, 0.001))),
    cost === best ? pc.green("best value") : "",
  ]);
  return [
    renderTable(["INSTANCE", "$/HOUR", "MINUTES", "$/PASS", "$ IN ALL", "", ""], rows),
    ...(best === undefined ? [pc.yellow("No measured instance is within these limits.")] : []),
  ].join("\n");
}

/** What a million photos cost, by instance. */
export function renderServing(rate: MeasuredRate, costs: readonly ServingCost[]): string {
  return [
    `${rate.photosPerSecond.toFixed(1)} photos a second on this machine's ${rate.processors} processors (${rate.requests} in ${rate.seconds} s)`,
    "",
    renderTable(
      ["INSTANCE", "VCPUS", "$/HOUR", "PHOTOS/S", "$/MILLION PHOTOS"],
      costs.map((cost) => [
        cost.instanceType,
        String(cost.vCpus),
        usd(cost.dollarsPerHour),
        cost.photosPerSecond.toFixed(0),
        cost.dollarsPerMillion.toFixed(2),
      ]),
    ),
    "",
    "The rate here, times an instance's vCPUs over this machine's processors, always busy: a rule of thumb. An instance that",
    "waits for photos costs as much; `kennel simulate` says how many a given traffic needs.",
  ].join("\n");
}

/** A stack by item: at rest, and once autoscaling has added all it may. */
export function renderStack(cost: StackCost): string {
  const { items, withoutPrice, unknown, atRest, atMost } = cost;
  const rows = [...items]
    .sort((left, right) => right.monthlyDollars - left.monthlyDollars)
    .map((item) => [item.label, usd(item.monthlyDollars), usd(item.monthlyDollarsAtMost)]);
  const least = cost.isComplete ? "" : "at least ";
  return [
    renderTable(
      ["ITEM", "$/MONTH AT REST", "$/MONTH AT MOST"],
      [
        ...rows,
        [pc.bold("In all"), pc.bold(`${least}${usd(atRest)}`), pc.bold(`${least}${usd(atMost)}`)],
      ],
    ),
    ...withoutPrice.map((each) => pc.yellow(`No price is known for ${each}.`)),
    ...unknown.map(({ unknown: what }) => pc.yellow(`Not known before the deployment: ${what}.`)),
    `Not counted: ${notCounted.join(", ")}.`,
  ].join("\n");
}

/** What an instance type costs for each use, in dollars an hour; null where that is not known. */
export interface PriceRow extends Readonly<Record<Use, number | null>> {
  readonly instanceType: string;
}

/** Every priced type of a region, in alphabetical order. */
export function pricesOf(region: string, tables: PriceTables): PriceRow[] {
  const types = Object.values(tables).flatMap(({ regions }) => Object.keys(regions[region] ?? {}));
  return [...new Set(types)].sort().map((instanceType) => {
    const price = (use: Use): number | null =>
      hourlyPrice(use, instanceType, region, tables)?.dollars ?? null;
    const [hosting, training] = [price("hosting"), price("training")];
    return { instanceType, hosting, training, notebook: price("notebook"), ec2: price("ec2") };
  });
}

/** The prices as a table. */
export function renderPrices(rows: readonly PriceRow[]): string {
  const cell = (dollars: number | null): string => (dollars === null ? "" : String(dollars));
  return renderTable(
    ["INSTANCE", "HOSTING $/H", "TRAINING $/H", "NOTEBOOK $/H", "EC2 $/H"],
    rows.map((row) => [
      row.instanceType,
      ...[row.hosting, row.training, row.notebook, row.ec2].map(cell),
    ]),
  );
}

function usd(dollars: number | null): string {
  return dollars === null ? "not known" : dollars.toFixed(dollars < 10 ? 3 : 2);
}

function minutes(seconds: number): string {
  return (seconds / 60).toFixed(1);
}
