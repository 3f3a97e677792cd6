import type { IncomingMessage } from "node:http";

import {
  adviceFor,
  detectImageType,
  nameOfOtherFile,
  SIGNATURE_BYTES,
  type ImageType,
} from "./image-type";
import { PhotoError } from "./photo-error";
import { describeUrl } from "./photo-url";

/** A photo's bytes and what they are. */
export interface Photo {
  readonly bytes: Buffer;
  /** Read from the bytes, not from what the server claimed. */
  readonly contentType: ImageType;
}

/**
 * Reads a photo from the answer of its server. Stops at the first byte over the limit and, when the start is not an image's, as
 * soon as that start is there: an endless body costs no more than the limit.
 *
 * @param maxBytes the largest photo that is read
 * @param signal what destroys the answer when it takes too long
 * @throws PhotoError with status 413, 415 or 422, or the signal's reason once it has fired
 */
export async function readPhoto(
  url: URL,
  response: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Photo> {
  // Content-Encoding is not asked: S3 serves empty and odd ones, and a compressed body does not begin like a photo.
  const { "content-length": declaredLength } = response.headers;
  try {
    if (Number(declaredLength) > maxBytes) throw tooLarge(url, maxBytes);
    const bytes = await readBytes(url, response, maxBytes);
    const contentType = detectImageType(bytes);
    if (contentType === undefined) throw notAnImage(url, bytes, response);
    return { bytes, contentType };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof PhotoError ? error : incomplete(url, error);
  } finally {
    response.destroy();
  }
}

async function readBytes(url: URL, response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  let isChecked = false;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(url, maxBytes);
    if (isChecked || length < SIGNATURE_BYTES) continue;
    isChecked = true;
    const start = Buffer.concat(chunks);
    if (detectImageType(start) === undefined) throw notAnImage(url, start, response);
  }
  return Buffer.concat(chunks, length);
}

function tooLarge(url: URL, maxBytes: number): PhotoError {
  return new PhotoError(
    "photo_too_large",
    `${describeUrl(url)} is larger than ${maxBytes} bytes, the largest photo allowed. Use a smaller version of it.`,
  );
}

function incomplete(url: URL, cause: unknown): PhotoError {
  return new PhotoError(
    "photo_incomplete",
    `${describeUrl(url)} broke off before its end. Try again, or check that the whole photo opens in a browser.`,
    { cause },
  );
}

function notAnImage(url: URL, start: Buffer, response: IncomingMessage): PhotoError {
  const file = nameOfOtherFile(start);
  const claim = response.headers["content-type"]?.slice(0, 100);
  const claimed = claim === undefined ? "" : ` (its server says ${claim})`;
  const found =
    start.length === 0
      ? "is empty"
      : `is ${file === undefined ? "not a photo" : `a file of type ${file}`}${claimed}`;
  const advice =
    file === undefined
      ? "Give the URL of the image file itself, not of a page that shows it."
      : adviceFor(file);
  return new PhotoError(
    "unsupported_media_type",
    `${describeUrl(url)} ${found}; allowed: JPEG, PNG and WebP. ${advice}`,
  );
}
