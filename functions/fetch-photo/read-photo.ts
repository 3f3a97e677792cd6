import type { IncomingMessage } from "node:http";

import { detectImageType, SIGNATURE_BYTES, type ImageType } from "./image-type";
import { PhotoError } from "./photo-error";
import { describeUrl } from "./photo-url";

/** A photo's bytes and what they are. */
export interface Photo {
  readonly bytes: Buffer;
  /** Read from the bytes, not from what the server claimed. */
  readonly contentType: ImageType;
}

/**
 * Reads a photo from the answer of its server. Stops at the first byte over the limit and, when the start is no image's, as
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
  const { "content-length": declaredLength, "content-encoding": encoding } = response.headers;
  try {
    if (Number(declaredLength) > maxBytes) throw tooLarge(url, maxBytes);
    if (encoding !== undefined && encoding.toLowerCase() !== "identity")
      throw encoded(url, encoding);
    const bytes = await readBytes(url, response, maxBytes);
    const contentType = detectImageType(bytes);
    if (contentType === undefined) throw notAnImage(url, bytes.length, response);
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
    if (detectImageType(Buffer.concat(chunks)) === undefined)
      throw notAnImage(url, length, response);
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

function encoded(url: URL, encoding: string): PhotoError {
  return new PhotoError(
    "unsupported_media_type",
    `${describeUrl(url)} was answered with Content-Encoding ${encoding.slice(0, 40)} although none was asked for. ` +
      "Serve the photo as it is, uncompressed.",
  );
}

function notAnImage(url: URL, length: number, response: IncomingMessage): PhotoError {
  const claim = response.headers["content-type"]?.slice(0, 100);
  const found =
    length === 0
      ? "is empty"
      : `is not a photo${claim === undefined ? "" : ` (its server says ${claim})`}`;
  return new PhotoError(
    "unsupported_media_type",
    `${describeUrl(url)} ${found}; allowed: JPEG, PNG and WebP. Give the URL of the image file itself, not of a page that shows it.`,
  );
}
