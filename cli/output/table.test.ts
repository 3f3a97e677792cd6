import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";

import { renderTable } from "./table";

describe("tables", () => {
  const render = (...args: Parameters<typeof renderTable>): string[] =>
    stripVTControlCharacters(renderTable(...args)).split("\n");

  it("keeps a row on one line where the output has no width, so that grep finds whole cells", () => {
    const long = "x".repeat(300);
    const lines = render(["A", "B"], [[long, "end"]], Number.POSITIVE_INFINITY);
    assert.equal(lines.length, 2);
    assert.ok(lines[1]!.includes(`${long}  end`));
  });

  it("wraps the widest column to fit the terminal and loses no character", () => {
    const lines = render(["NAME", "TEXT"], [["short", "y".repeat(100)]], 40);
    assert.ok(lines.every((line) => line.trimEnd().length <= 40));
    assert.equal(lines.join("").match(/y/g)?.length, 100);
  });
});
