import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { hourlyPrice, shippedPrices } from "../../packages/aws-facts/prices";
import { refreshPrices } from "./refresh-prices";

interface Query {
  readonly ServiceCode: string;
  readonly Filters: readonly { readonly Field: string; readonly Value: string }[];
  readonly NextToken?: string;
}

/** A product as the Price List API writes it: JSON within JSON. */
function product(attributes: object, dollars: string): string {
  const priceDimensions = { "SKU.TERM.RATE": { unit: "Hrs", pricePerUnit: { USD: dollars } } };
  return JSON.stringify({
    product: { attributes },
    terms: { OnDemand: { "SKU.TERM": { priceDimensions } } },
  });
}

describe("refreshed prices", () => {
  let server: Server;
  let answer: (query: Query) => object;
  const before_ = { ...process.env };

  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        response.setHeader("Content-Type", "application/x-amz-json-1.1");
        response.end(JSON.stringify(answer(JSON.parse(body) as Query)));
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    process.env["AWS_ENDPOINT_URL_PRICING"] = `http://127.0.0.1:${port}`;
    process.env["AWS_ACCESS_KEY_ID"] = "test";
    process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  });
  after(() => {
    server.close();
    process.env = before_;
  });

  it("are AWS's own, use by use and page by page, and leave other regions as they were", async () => {
    answer = ({ ServiceCode, Filters, NextToken }) => {
      const terms = Object.fromEntries(Filters.map(({ Field, Value }) => [Field, Value]));
      assert.equal(terms["regionCode"], "eu-central-1");
      if (ServiceCode === "AmazonEC2") {
        assert.equal(terms["operatingSystem"], "Linux");
        return { PriceList: [product({ instanceType: "m5.large" }, "0.115")] };
      }
      const { component } = terms;
      return NextToken === undefined
        ? {
            PriceList: [product({ instanceName: "ml.m5.large", component }, "0.138")],
            NextToken: "2",
          }
        : { PriceList: [product({ instanceType: `ml.c9.large-${component}` }, "0.5")] };
    };
    const tables = await refreshPrices(
      "eu-central-1",
      shippedPrices,
      new Date("2026-12-01T10:00:00Z"),
    );
    const price = hourlyPrice("training", "ml.m5.large", "eu-central-1", tables);
    assert.deepEqual(price, { dollars: 0.138, use: "training", asOf: "2026-12-01" });
    assert.equal(hourlyPrice("notebook", "ml.c9.large", "eu-central-1", tables)?.dollars, 0.5);
    assert.equal(hourlyPrice("ec2", "m5.large", "eu-central-1", tables)?.dollars, 0.115);
    assert.equal(hourlyPrice("hosting", "ml.c5.large", "us-east-1", tables)?.dollars, 0.102);
  });

  it("are refused for a region that AWS has no prices of", async () => {
    answer = () => ({ PriceList: [] });
    await assert.rejects(
      refreshPrices("xx-west-9", shippedPrices, new Date()),
      /has no \w+ prices of the region xx-west-9/,
    );
  });
});
