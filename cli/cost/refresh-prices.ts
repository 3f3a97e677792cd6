import { type Filter, paginateGetProducts, PricingClient } from "@aws-sdk/client-pricing";

import { UserError } from "../output/failure";
import type { PriceTable, PriceTables, Use } from "../../packages/aws-facts/prices";

/**
 * What AWS's Price List API calls each use.
 * Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html.
 */
const QUERIES: Readonly<
  Record<Use, { readonly service: string; readonly terms: Record<string, string> }>
> = {
  hosting: { service: "AmazonSageMaker", terms: { component: "Hosting" } },
  training: { service: "AmazonSageMaker", terms: { component: "Training" } },
  notebook: { service: "AmazonSageMaker", terms: { component: "Notebook" } },
  ec2: {
    service: "AmazonEC2",
    terms: {
      operatingSystem: "Linux",
      tenancy: "Shared",
      preInstalledSw: "NA",
      capacitystatus: "Used",
      marketoption: "OnDemand",
    },
  },
};

/** A product of the Price List API, as far as it is read. */
interface Product {
  readonly product?: { readonly attributes?: Readonly<Record<string, string>> };
  readonly terms?: {
    readonly OnDemand?: Readonly<
      Record<
        string,
        { readonly priceDimensions?: Readonly<Record<string, { pricePerUnit?: { USD?: string } }>> }
      >
    >;
  };
}

/**
 * Asks AWS for the On-Demand prices of a region, and lays them over the tables. The API is served from us-east-1 for all regions.
 *
 * @throws UserError where AWS refuses, or has no prices of the region.
 */
export async function refreshPrices(
  region: string,
  tables: PriceTables,
  today: Date,
): Promise<PriceTables> {
  const client = new PricingClient({ region: "us-east-1" });
  const asOf = today.toISOString().slice(0, 10);
  try {
    const fresh = await Promise.all(
      Object.entries(tables).map(async ([use, table]: [string, PriceTable]) => {
        const prices = await fetchPrices(client, use as Use, region);
        const regions = { ...table.regions, [region]: prices };
        return [use, { asOf, source: "AWS Price List API", regions }] as const;
      }),
    );
    return Object.fromEntries(fresh) as PriceTables;
  } catch (error) {
    throw error instanceof UserError
      ? error
      : new UserError(
          `AWS's Price List API did not answer: ${(error as Error).message}. It needs credentials that allow pricing:GetProducts.`,
        );
  } finally {
    client.destroy();
  }
}

async function fetchPrices(
  client: PricingClient,
  use: Use,
  region: string,
): Promise<Record<string, number>> {
  const { service, terms } = QUERIES[use];
  const filters = Object.entries({ ...terms, regionCode: region }).map(
    ([Field, Value]): Filter => ({ Type: "TERM_MATCH", Field, Value }),
  );
  const prices: Record<string, number> = {};
  const pages = paginateGetProducts({ client }, { ServiceCode: service, Filters: filters });
  for await (const { PriceList = [] } of pages) {
    for (const text of PriceList) {
      const [type, dollars] = priceOf(JSON.parse(String(text)) as Product);
      if (type !== undefined && dollars > 0) {
        prices[type] = dollars;
      }
    }
  }
  if (Object.keys(prices).length === 0) {
    throw new UserError(
      `AWS's Price List API has no ${use} prices of the region ${region}. Example of a region: us-east-1.`,
    );
  }
  return prices;
}

function priceOf({ product, terms }: Product): readonly [string | undefined, number] {
  const { instanceName, instanceType } = product?.attributes ?? {};
  const dimensions = Object.values(terms?.OnDemand ?? {}).flatMap(({ priceDimensions = {} }) =>
    Object.values(priceDimensions),
  );
  // SageMaker's instanceType ends in the use, such as ml.m5.large-Hosting.
  const type = instanceName ?? instanceType?.replace(/-[A-Z]\w*$/, "");
  return [type, Number(dimensions[0]?.pricePerUnit?.USD ?? 0)];
}
