import assert from "node:assert/strict";

import { bestValue, measuredPhotos, trainingCosts } from "./training-cost";

const plan = { photos: measuredPhotos, passes: 1, region: "us-east-1" };

describe("the cost of training", () => {
  // Billed seconds, dollars an epoch and dollars in all, as the team's table has them.
  const table = [
    ["ml.m5.large", 1980, 0.053, 0.063],
    ["ml.m5.xlarge", 1164, 0.057, 0.074],
    ["ml.p2.xlarge", 601, 0.051, 0.188],
    ["ml.m5.4xlarge", 538, 0.086, 0.138],
    ["ml.c4.4xlarge", 648, 0.106, 0.172],
    ["ml.m5.2xlarge", 742, 0.066, 0.095],
    ["ml.g4dn.12xlarge", 473, 0.151, 0.642],
    ["ml.p3.2xlarge", 495, 0.115, 0.526],
  ] as const;

  for (const [instanceType, billed, epoch, total] of table) {
    it(`gives the measured bill of ${instanceType} from its inputs`, () => {
      const cost = trainingCosts(plan).find((each) => each.instanceType === instanceType)!;
      assert.equal(Math.round(cost.billedSeconds), billed);
      assert.ok(Math.abs(cost.dollarsPerEpoch! - epoch) <= 0.001, String(cost.dollarsPerEpoch));
      assert.ok(Math.abs(cost.dollars! - total) <= 0.001, String(cost.dollars));
    });
  }

  it("grows with photos and passes, and not with what is paid once", () => {
    const once = trainingCosts(plan)[0]!;
    const photos = { training: 13_360, validation: 1_670, test: 1_672 };
    const twice = trainingCosts({ ...plan, photos, passes: 2 })[0]!;
    assert.equal(once.instanceType, "ml.m5.large");
    assert.ok(Math.abs(twice.billedSeconds - (175.62 + 4 * 1648.37 + 2 * 156.01)) < 1e-6);
  });

  it("takes the cheapest within a deadline, and the fastest within a budget", () => {
    const costs = trainingCosts(plan);
    assert.equal(bestValue(costs, {})?.instanceType, "ml.m5.large");
    assert.equal(bestValue(costs, { deadlineSeconds: 1200 })?.instanceType, "ml.m5.xlarge");
    assert.equal(bestValue(costs, { budgetDollars: 0.1 })?.instanceType, "ml.m5.2xlarge");
    assert.equal(
      bestValue(costs, { budgetDollars: 0.2, deadlineSeconds: 600 })?.instanceType,
      "ml.m5.4xlarge",
    );
    assert.equal(bestValue(costs, { budgetDollars: 0.01 }), undefined);
  });

  it("leaves out the dollars where a region's price is not known", () => {
    const costs = trainingCosts({ ...plan, region: "eu-west-1" });
    const of = (type: string) => costs.find(({ instanceType }) => instanceType === type)!;
    assert.ok(of("ml.m5.large").dollars! > 0.063);
    assert.equal(of("ml.p2.xlarge").dollars, null);
  });
});
