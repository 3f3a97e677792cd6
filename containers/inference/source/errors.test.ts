import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { README, withErrorTable } from "../errors-table";

describe("the README's table of errors", () => {
  it("is what the code answers (npm run errors -w containers/inference)", async () => {
    const readme = readFileSync(README, "utf8");
    assert.equal(readme, await withErrorTable(readme));
  });
});
