import assert from "node:assert/strict";
import { parseFlatJson } from "./flat-json";

describe("parseFlatJson", () => {
  it("parses what a record is, however long its text", () => {
    const record = { image: "A".repeat(1_000_000), é: [1, null, { url: "https://x/?a=1,2" }] };
    assert.deepEqual(parseFlatJson(Buffer.from(JSON.stringify(record))), record);
    assert.deepEqual(parseFlatJson(Buffer.from("\ufeff{}")), {});
  });

  it("refuses what is not JSON", () => {
    for (const text of ["", "nul", "{", '{"a":}', "{}\ufeff"]) {
      assert.throws(() => parseFlatJson(Buffer.from(text)), SyntaxError);
    }
  });

  for (const [what, text] of [
    ["deep lists", "[".repeat(1001) + "]".repeat(1001)],
    ["deep objects", '{"a":'.repeat(1001) + "1" + "}".repeat(1001)],
    ["many values", `[${"1,".repeat(1001)}1]`],
    ["open lists", "[".repeat(5_000_000)],
  ] as const) {
    it(`refuses ${what} before parsing`, () => {
      assert.throws(() => parseFlatJson(Buffer.from(text)), /more than 1000 "/);
    });
  }
});
