import assert from "node:assert/strict";

import { type Inputs, loadWithMocks } from "../mocks";

describe("the example minimal", function () {
  this.timeout(60_000);

  it("runs one instance of the cheapest type", async () => {
    const find = await loadWithMocks("minimal");
    const configuration = find("aws:sagemaker/endpointConfiguration:EndpointConfiguration", "dogs");
    const [variant] = configuration["productionVariants"] as Inputs[];
    assert.equal(variant?.["instanceType"], "ml.t2.medium");
    assert.equal(variant["initialInstanceCount"], 1);
  });
});
