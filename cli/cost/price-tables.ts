import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { type PriceTables, shippedPrices } from "../../packages/aws-facts/prices";
import { UserError } from "../output/failure";

/** Where refreshed prices are kept. */
function refreshedPricesFile(): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache");
  return path.join(cache, "kennel", "prices.json");
}

/** The prices that were refreshed last; without them, those that come with Kennel. */
export function currentPrices(): PriceTables {
  const file = refreshedPricesFile();
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return shippedPrices;
  }
  try {
    return { ...shippedPrices, ...(JSON.parse(text) as Partial<PriceTables>) };
  } catch (error) {
    throw new UserError(
      `${file} is not JSON (${(error as Error).message}). Delete it, or write it again with \`kennel cost prices --refresh\`.`,
    );
  }
}

/** The current prices. @throws UserError where they have none of the region */
export function pricesIn(region: string): PriceTables {
  const tables = currentPrices();
  if (!Object.values(tables).some(({ regions }) => Object.hasOwn(regions, region))) {
    throw new UserError(
      `no prices are known for the region "${region}". Correct its name, or ask AWS: kennel cost prices --refresh --region ${region}.`,
    );
  }
  return tables;
}

/** Keeps refreshed prices for later runs. */
export function keepPrices(tables: Partial<PriceTables>): string {
  const file = refreshedPricesFile();
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(tables, null, 2)}\n`);
  return file;
}
