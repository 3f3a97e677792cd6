import assert from "node:assert/strict";

import { loadWithMocks } from "../mocks";

describe("the example async", function () {
  this.timeout(60_000);

  it("has no instance while nothing waits", async () => {
    const find = await loadWithMocks("async");
    const { minCapacity, maxCapacity } = find("aws:appautoscaling/target:Target", "archive");
    assert.deepEqual([minCapacity, maxCapacity], [0, 3]);
  });
});
