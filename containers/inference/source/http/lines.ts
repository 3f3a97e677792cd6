import { RequestError } from "../errors";

/** SageMaker's batch transform sends no more at a time (MaxPayloadInMB of CreateTransformJob). */
export const maxBatchBytes = 100 * 1024 * 1024;

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * The lines of a text that are not empty, each without its copy in memory; an error in the place of one that is longer than
 * `maxBytes`.
 */
export function* linesOf(text: Buffer, maxBytes: number): Generator<Buffer | RequestError> {
  let start = 0;
  while (start < text.length) {
    if (text[start] === newline || text[start] === carriageReturn) {
      start += 1;
      continue;
    }
    const found = text.indexOf(newline, start);
    const end = found < 0 ? text.length : found;
    const isTooLong = end - start > maxBytes;
    yield isTooLong ? tooLong(maxBytes) : text.subarray(start, end);
    start = end + 1;
  }
}

function tooLong(maxBytes: number): RequestError {
  return new RequestError("body_too_large", `The line is longer than ${maxBytes} bytes.`);
}
