import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes } from "./errors";

describe("the README's table of errors", () => {
  it("has every code", () => {
    const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
    const rows = readme.matchAll(/^\| (\d{3}) +\| `(\w+)` +\| (.*?) *\|$/gm);
    const listed = Array.from(rows, ([, status, code, when]) => ({ code, status, when }));
    const expected = Object.entries(errorCodes).map(([code, meaning]) => ({
      code,
      status: String(meaning.status),
      when: meaning.when + ("retryAfterSeconds" in meaning ? "; with `Retry-After`" : ""),
    }));
    assert.deepEqual(listed, expected);
  });
});
