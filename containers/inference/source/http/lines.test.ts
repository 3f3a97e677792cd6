import assert from "node:assert/strict";
import { linesOf } from "./lines";

function linesIn(text: string, maxBytes = 10): string[] {
  return Array.from(linesOf(Buffer.from(text), maxBytes), (line) =>
    Buffer.isBuffer(line) ? line.toString() : String(line.statusCode),
  );
}

describe("linesOf", () => {
  it("passes over empty lines, whichever way they end", () => {
    assert.deepEqual(linesIn("one\ntwo\r\n\r\n\n  \nthree"), ["one", "two\r", "  ", "three"]);
    assert.deepEqual(linesIn(""), []);
    assert.deepEqual(linesIn("\n\r\n"), []);
  });

  it("puts an error in the place of a line that is too long, and goes on", () => {
    assert.deepEqual(linesIn(`a\n${"b".repeat(11)}\n${"c".repeat(10)}\n`), [
      "a",
      "413",
      "c".repeat(10),
    ]);
  });
});
