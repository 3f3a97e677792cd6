import type { Readable } from "node:stream";
import { RequestError } from "../errors";
import type { BodyAccount } from "./body-budget";

/**
 * Collects a request's body.
 * @param account where its bytes are counted
 * @throws RequestError 413 if it is larger than `maxBytes`, 503 if the server holds too much already
 */
export function readBody(
  stream: Readable,
  maxBytes: number,
  account: BodyAccount | undefined,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const keep = (part: Buffer) => {
      length += part.length;
      parts.push(part);
      try {
        checkLength(length, maxBytes);
        account?.take(part.length);
      } catch (error) {
        stream.off("data", keep).resume();
        reject(error as Error);
      }
    };
    stream.on("data", keep);
    stream.once("end", () => resolve(Buffer.concat(parts, length)));
    stream.once("error", (error: Error) =>
      reject(new RequestError("bad_request", `${error.message}.`)),
    );
  });
}

/** @throws RequestError 413 if a body of so many bytes is too large */
export function checkLength(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new RequestError("body_too_large", `The body is larger than ${maxBytes} bytes.`);
}
