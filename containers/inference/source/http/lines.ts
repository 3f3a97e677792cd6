import type { Readable } from "node:stream";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { RequestError } from "../errors";
import type { BodyAccount } from "./body-budget";

const newline = 0x0a;
const carriageReturn = 0x0d;
/** Milliseconds of work after which everybody else has a turn. */
const longestTurnMs = 5;

export interface LineLimits {
  /** Bytes of the longest line. */
  readonly maxBytes: number;
  /** Milliseconds that are waited for one line's bytes, at most. */
  readonly timeoutMs: number;
  /** Where the bytes of lines are counted; a line is read on when there is room for it. */
  readonly account: BodyAccount;
}

export interface Line {
  /** The line's bytes, or an error in the place of a line that is too long. */
  readonly content: Buffer | RequestError;
  /** Bytes counted in the account, for whoever is done with the line to give back. */
  readonly counted: number;
}

/** A line takes its bytes, and about as many for the photo in it. */
const bytesCountedPerByte = 2;

/**
 * The lines of a stream that are not blank, one by one; the stream is read no faster than they are taken.
 * @throws RequestError 408 when a line does not come in time
 */
export async function* linesOf(stream: Readable, limits: LineLimits): AsyncGenerator<Line> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const growing = new GrowingLine(limits);
  let turnStartedAt = performance.now();
  for (;;) {
    const chunk = await growing.nextChunk(chunks);
    if (!chunk) break;
    let start = 0;
    for (;;) {
      // Lines that are waiting already take no turn of the event loop: a million short ones would keep everybody else from theirs.
      if (performance.now() - turnStartedAt > longestTurnMs) {
        await nextTurn();
        turnStartedAt = performance.now();
      }
      if (growing.isEmpty) start = skipEmptyLines(chunk, start);
      const end = chunk.indexOf(newline, start);
      if (end < 0) break;
      await growing.add(chunk.subarray(start, end));
      const line = growing.take();
      if (line) yield line;
      start = end + 1;
    }
    await growing.add(chunk.subarray(start));
  }
  const last = growing.take();
  if (last) yield last;
}

/** The line that is being received. */
class GrowingLine {
  private parts: Buffer[] = [];
  private length = 0;
  private counted = 0;
  private waitedMs = 0;

  constructor(private readonly limits: LineLimits) {}

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** What comes next; undefined at the end. */
  async nextChunk(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
    const { timeoutMs } = this.limits;
    const startedAt = performance.now();
    const next = chunks.next();
    next.catch(() => undefined); // Nobody waits for it any more once it is too late.
    const tooLate = new AbortController();
    const timeout = wait(timeoutMs - this.waitedMs, undefined, { signal: tooLate.signal });
    try {
      const result = await Promise.race([next, timeout]);
      if (!result) throw tooSlow(timeoutMs);
      return result.done ? undefined : result.value;
    } finally {
      tooLate.abort();
      timeout.catch(() => undefined);
      this.waitedMs += performance.now() - startedAt;
    }
  }

  async add(part: Buffer): Promise<void> {
    const { maxBytes, account } = this.limits;
    this.length += part.length;
    if (this.length > maxBytes) {
      this.parts = [];
      account.give(this.counted);
      this.counted = 0;
    } else if (part.length > 0) {
      const bytes = part.length * bytesCountedPerByte;
      await account.takeInTurn(bytes, this.counted);
      this.counted += bytes;
      this.parts.push(part);
    }
  }

  /** The whole line, unless it is blank. */
  take(): Line | undefined {
    const { maxBytes, account } = this.limits;
    const content = this.length > maxBytes ? tooLong(maxBytes) : Buffer.concat(this.parts);
    const line = { content, counted: this.counted };
    this.parts = [];
    this.length = this.counted = this.waitedMs = 0;
    if (!isBlank(content)) return line;
    account.give(line.counted);
    return undefined;
  }
}

function isBlank(content: Buffer | RequestError): boolean {
  return (
    Buffer.isBuffer(content) && content.length <= 100 && /^\s*$/.test(content.toString("latin1"))
  );
}

function skipEmptyLines(chunk: Buffer, start: number): number {
  let place = start;
  while (chunk[place] === newline || chunk[place] === carriageReturn) place += 1;
  return place;
}

function tooSlow(timeoutMs: number): RequestError {
  return new RequestError("request_timeout", `No record came within ${timeoutMs} ms.`);
}

function tooLong(maxBytes: number): RequestError {
  return new RequestError("body_too_large", `The line is longer than ${maxBytes} bytes.`);
}
