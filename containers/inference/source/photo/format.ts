import { adviceFor, detectImageType, nameOfOtherFile } from "@kennel/fetch-photo/image-type";
import { RequestError } from "../errors";

/** The formats that are decoded. Everything else is refused before a decoder sees it. */
export type PhotoFormat = "jpeg" | "png" | "webp";

/** Pixels of a photo's longer side: no JPEG file can have more. */
const longestSide = 65_535;

/** Tells a photo's format by its first bytes; undefined for anything but JPEG, PNG and WebP. */
export function formatOf(bytes: Uint8Array): PhotoFormat | undefined {
  return detectImageType(bytes)?.slice("image/".length) as PhotoFormat | undefined;
}

/** @throws RequestError 400 (empty), 415 (another format) or 422 (a thin line), by the first bytes alone */
export function checkFormat(bytes: Uint8Array): void {
  if (bytes.byteLength === 0) {
    throw new RequestError("empty_body", "The body is empty: send a JPEG, PNG or WebP photo.");
  }
  const format = formatOf(bytes);
  if (!format) {
    const name = nameOfOtherFile(bytes);
    const found = name ? `a file of type ${name}` : "not a photo";
    throw new RequestError(
      "unsupported_media_type",
      `What was sent is ${found}: only JPEG, PNG and WebP photos are classified, whatever their name or Content-Type. ${adviceFor(name)}`,
    );
  }
  if (format === "png") checkSides(bytes);
}

/**
 * A PNG file alone may be millions of pixels long and one wide, which is decoded row by row for 20 s although it has few pixels.
 * Its header comes first:
 * https://www.w3.org/TR/png-3/#11IHDR
 */
function checkSides(bytes: Uint8Array): void {
  if (bytes.byteLength < 24) return; // Too short for a header: the decoder says so.
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  if (Math.max(width, height) <= longestSide) return;
  throw new RequestError(
    "photo_too_large",
    `The photo has ${width} x ${height} pixels; a side has at most ${longestSide}. Send a smaller one.`,
  );
}
