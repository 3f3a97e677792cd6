import type { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { RequestError } from "../errors";

const newline = 0x0a;
const carriageReturn = 0x0d;
/** Milliseconds of work after which everybody else has a turn. */
const longestTurnMs = 5;

export interface LineLimits {
  /** Bytes of the longest line. */
  readonly maxBytes: number;
  /** Milliseconds within which the next bytes must come while they are waited for. */
  readonly idleMs: number;
}

/** A line's bytes, or an error in the place of a line that is too long. */
export type Line = Buffer | RequestError;

/**
 * The lines of a stream that are not blank, one by one; the stream is read no faster than they are taken.
 * @throws RequestError 408 when nothing comes any more
 */
export async function* linesOf(stream: Readable, limits: LineLimits): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  const takeLine = (): Line | undefined => {
    const line = length > limits.maxBytes ? tooLong(limits.maxBytes) : Buffer.concat(parts);
    parts = [];
    length = 0;
    const isBlank = Buffer.isBuffer(line) && /^\s*$/.test(line.toString("latin1", 0, 100));
    return isBlank && line.length <= 100 ? undefined : line;
  };
  const keep = (part: Buffer) => {
    length += part.length;
    if (length > limits.maxBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  let turnStartedAt = performance.now();
  for await (const chunk of chunksOf(stream, limits.idleMs)) {
    let start = 0;
    for (;;) {
      // Lines that are waiting already take no turn of the event loop: a million short ones would keep everybody else from theirs.
      if (performance.now() - turnStartedAt > longestTurnMs) {
        await nextTurn();
        turnStartedAt = performance.now();
      }
      if (length === 0) start = skipEmptyLines(chunk, start);
      const end = chunk.indexOf("\n", start);
      if (end < 0) break;
      keep(chunk.subarray(start, end));
      const line = takeLine();
      if (line) yield line;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  const last = takeLine();
  if (last) yield last;
}

function skipEmptyLines(chunk: Buffer, start: number): number {
  let place = start;
  while (chunk[place] === newline || chunk[place] === carriageReturn) place += 1;
  return place;
}

async function* chunksOf(stream: Readable, idleMs: number): AsyncGenerator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const timer = setTimeout(() => stream.destroy(tooSlow(idleMs)), idleMs);
    const next = await chunks.next().finally(() => clearTimeout(timer));
    if (next.done) return;
    yield next.value;
  }
}

function tooSlow(idleMs: number): RequestError {
  return new RequestError(408, "request_timeout", `Nothing came for ${idleMs} ms.`);
}

function tooLong(maxBytes: number): RequestError {
  return new RequestError(413, "body_too_large", `The line is longer than ${maxBytes} bytes.`);
}
