import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { RequestError } from "../errors";
import { linesOf } from "./lines";

async function linesIn(chunks: readonly string[], maxBytes = 10): Promise<string[]> {
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  const lines: string[] = [];
  for await (const line of linesOf(stream, { maxBytes, idleMs: 1000 })) {
    lines.push(line instanceof RequestError ? `${line.statusCode}` : line.toString());
  }
  return lines;
}

describe("linesOf", () => {
  it("finds lines wherever the chunks are cut", async () => {
    const text = "one\ntwo\r\n\n  \nthree";
    const expected = ["one", "two\r", "three"];
    for (let size = 1; size <= text.length; size += 1) {
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g"))!;
      assert.deepEqual(await linesIn(chunks), expected);
    }
  });

  it("has no line in an empty stream", async () => {
    assert.deepEqual(await linesIn([]), []);
    assert.deepEqual(await linesIn(["\n\n"]), []);
  });

  it("puts an error in the place of a line that is too long, and goes on", async () => {
    assert.deepEqual(await linesIn(["a\n", "b".repeat(8), "b".repeat(8), "\nc\n"]), [
      "a",
      "413",
      "c",
    ]);
  });

  it("leaves others their turns while it reads a million lines that are there already", async () => {
    let turns = 0;
    let isReading = true;
    const count = () => {
      turns += 1;
      if (isReading) setImmediate(count);
    };
    setImmediate(count);
    const lines = await linesIn(["a\n".repeat(200_000), "\r\n".repeat(1_000_000)]);
    isReading = false;
    assert.equal(lines.length, 200_000);
    assert.ok(turns > 2, `${turns} turns`);
  });

  it("gives up when nothing comes any more, but not while its reader is busy", async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push("a\nb");
    const lines = linesOf(stream, { maxBytes: 10, idleMs: 30 });
    assert.equal(String((await lines.next()).value), "a");
    await new Promise((resolve) => setTimeout(resolve, 60));
    await assert.rejects(lines.next(), { statusCode: 408, message: "Nothing came for 30 ms." });
  });
});
