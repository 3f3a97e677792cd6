import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { compileKernel, GENERATED } from "../../compile-kernel";

describe("the kernel", () => {
  it("is the one that its source compiles to (npm run kernel -w containers/inference)", function () {
    this.timeout(60_000);
    assert.equal(readFileSync(GENERATED, "utf8"), compileKernel());
  });
});
