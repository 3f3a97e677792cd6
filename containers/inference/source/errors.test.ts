import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DOCUMENT, withErrorTable } from "../errors-table";

describe("the table of errors in docs/serving.md", () => {
  it("is what the code answers (npm run errors -w containers/inference)", async () => {
    const document = readFileSync(DOCUMENT, "utf8");
    assert.equal(document, await withErrorTable(document));
  });
});
