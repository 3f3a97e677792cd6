import assert from "node:assert/strict";

import { serviceModel } from "../../infra/offline/service-models/service-model";
import { shippedPrices } from "../../packages/aws-facts/prices";
import { deprecationDates } from "../../policies/rules/lambda/runtimes";

function valuesOf(service: string, shape: string): readonly string[] {
  const values = serviceModel(service).shapes[shape]?.enum;
  assert.ok(values, `${service} lists no values of ${shape}`);
  return values;
}

describe("the pack's tables, against AWS's own service models", () => {
  it("price instance types that exist", () => {
    const known = new Set([
      ...valuesOf("sagemaker", "ProductionVariantInstanceType"),
      ...valuesOf("sagemaker", "InstanceType"),
      ...valuesOf("ec2", "InstanceType"),
    ]);
    // Hosting's list is AWS's own, and ahead of the API in places.
    const { training, notebook, ec2 } = shippedPrices;
    const priced = [training, notebook, ec2].flatMap(({ regions }) =>
      Object.values(regions).flatMap((prices) => Object.keys(prices)),
    );
    assert.deepEqual([...new Set(priced)].filter((type) => !known.has(type)).sort(), []);
  });

  it("date runtimes that exist", () => {
    const known = valuesOf("lambda", "Runtime");
    // .NET versions that existed as container images only.
    const images = ["dotnet5.0", "dotnet7", "dotnet9"];
    assert.deepEqual(
      Object.keys(deprecationDates).filter((runtime) => !known.includes(runtime)),
      images.reverse(),
    );
  });

  it("date every runtime, but for those that AWS has announced no date of", () => {
    assert.deepEqual(
      valuesOf("lambda", "Runtime").filter((runtime) => deprecationDates[runtime] === undefined),
      ["nodejs26.x", "python3.15", "custom"],
    );
  });
});
