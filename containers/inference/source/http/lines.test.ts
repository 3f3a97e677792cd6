import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { RequestError } from "../errors";
import { BodyAccount, BodyBudget } from "./body-budget";
import { linesOf, type Line } from "./lines";

function textOf(result: IteratorResult<Line>): string {
  return String((result.value as Line).content);
}

function limits(timeoutMs: number, maxBytes = 10, room = 1000) {
  return { maxBytes, timeoutMs, account: new BodyAccount(new BodyBudget(room)) };
}

async function linesIn(chunks: readonly string[], maxBytes = 10): Promise<string[]> {
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  const { account, ...others } = limits(1000, maxBytes);
  const lines: string[] = [];
  for await (const { content, counted } of linesOf(stream, { ...others, account })) {
    lines.push(content instanceof RequestError ? `${content.statusCode}` : content.toString());
    account.give(counted);
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
    const lines = linesOf(stream, limits(30));
    assert.equal(textOf(await lines.next()), "a");
    await wait(60);
    await assert.rejects(lines.next(), {
      statusCode: 408,
      message: "No record came within 30 ms.",
    });
  });

  it("gives up on a line that comes too slowly, however steadily", async () => {
    const stream = new Readable({ read: () => undefined });
    const drip = setInterval(() => stream.push("b"), 5);
    try {
      await assert.rejects(linesOf(stream, limits(50, 1e6)).next(), { statusCode: 408 });
    } finally {
      clearInterval(drip);
    }
  });

  it("reads on when there is room for more, but a lone line always", async () => {
    // A line of four bytes is counted as eight, and lines have half of the room.
    const budget = new BodyBudget(40);
    const readers = ["aaaa\nbbbb\ncccc\n", "dddd\neeee\nffff\n"].map((text) => {
      const account = new BodyAccount(budget);
      return {
        account,
        lines: linesOf(Readable.from([Buffer.from(text)]), { ...limits(1000), account }),
      };
    });
    const [first, second] = readers;
    assert.equal(textOf(await first!.lines.next()), "aaaa");
    assert.equal(textOf(await second!.lines.next()), "dddd");
    const waiting = first!.lines.next();
    assert.equal(await Promise.race([waiting, wait(30, "no room")]), "no room");
    second!.account.give(8);
    assert.equal(textOf((await waiting) as IteratorResult<Line>), "bbbb");
    // Nothing of the second reader's is held: its next line may exceed the room, for otherwise nobody might ever go on.
    assert.equal(textOf(await second!.lines.next()), "eeee");
    const third = second!.lines.next();
    assert.equal(await Promise.race([third, wait(30, "no room")]), "no room");
    for (const { account } of readers) account.close();
    assert.equal(textOf((await third) as IteratorResult<Line>), "ffff");
  });
});
