import assert from "node:assert/strict";
import { hourlyPrice, pricedRegions, shippedPrices } from "./prices";

describe("prices", () => {
  it("knows hosting in each region of AWS's list", () => {
    assert.ok(pricedRegions("hosting").length > 30);
    assert.equal(hourlyPrice("hosting", "ml.c5.large", "us-east-1")?.dollars, 0.102);
    assert.equal(hourlyPrice("hosting", "ml.c5.large", "af-south-1")?.dollars, 0.137);
  });

  it("says which table a price is from, and nothing where there is none", () => {
    assert.deepEqual(hourlyPrice("notebook", "ml.t2.medium", "us-east-1"), {
      dollars: 0.0464,
      use: "notebook",
      asOf: "2025",
    });
    assert.equal(hourlyPrice("training", "ml.m5.xlarge", "eu-west-1")?.use, "hosting");
    assert.equal(hourlyPrice("ec2", "ml.m5.xlarge", "us-east-1"), undefined);
    assert.equal(hourlyPrice("hosting", "ml.c5.large", "no-such-region"), undefined);
    assert.equal(hourlyPrice("hosting", "constructor", "us-east-1"), undefined);
  });

  it("charges the same for training and hosting wherever both are known", () => {
    const { "us-east-1": training = {} } = shippedPrices.training.regions;
    const hosting = shippedPrices.hosting.regions["us-east-1"]!;
    for (const [type, price] of Object.entries(training)) {
      assert.equal(hosting[type] ?? price, price, type);
    }
  });

  it("has prices within sense", () => {
    for (const { regions } of Object.values(shippedPrices)) {
      for (const prices of Object.values(regions)) {
        for (const [type, dollars] of Object.entries(prices)) {
          assert.ok(dollars > 0.001 && dollars < 250, `${type}: ${dollars}`);
        }
      }
    }
  });
});
