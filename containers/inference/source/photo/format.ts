import { RequestError } from "../errors";

/** The formats that are decoded. Everything else is refused before a decoder sees it. */
export type PhotoFormat = "jpeg" | "png" | "webp";

/** Pixels of a photo's longer side: no JPEG file can have more. */
const longestSide = 65_535;

/** Media types a request may declare for a photo. */
export const photoMediaTypes = ["image/jpeg", "image/png", "image/webp"] as const;

/** Tells a photo's format by its first bytes; undefined for anything but JPEG, PNG and WebP. */
export function formatOf(bytes: Uint8Array): PhotoFormat | undefined {
  if (startsWith(bytes, 0, [0xff, 0xd8, 0xff])) return "jpeg";
  if (startsWith(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
  const riff = startsWith(bytes, 0, [0x52, 0x49, 0x46, 0x46]);
  if (riff && startsWith(bytes, 8, [0x57, 0x45, 0x42, 0x50])) return "webp";
  return undefined;
}

function startsWith(bytes: Uint8Array, offset: number, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[offset + index] === byte);
}

/** @throws RequestError 400 (empty), 415 (another format) or 422 (a thin line), by the first bytes alone */
export function checkFormat(bytes: Uint8Array): void {
  if (bytes.byteLength === 0) {
    throw new RequestError(400, "empty_body", "The body is empty: send a JPEG, PNG or WebP photo.");
  }
  const format = formatOf(bytes);
  if (!format) {
    throw new RequestError(
      415,
      "unsupported_media_type",
      "The body is not a JPEG, PNG or WebP photo, whatever its name or Content-Type say.",
    );
  }
  if (format === "png") checkSides(bytes);
}

/**
 * A PNG file alone may be millions of pixels long and one wide, which is decoded row by row for 20 s although it has few pixels. Its header comes first:
 * https://www.w3.org/TR/png-3/#11IHDR
 */
function checkSides(bytes: Uint8Array): void {
  if (bytes.byteLength < 24) return; // Too short for a header: the decoder says so.
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  if (Math.max(width, height) <= longestSide) return;
  throw new RequestError(
    422,
    "photo_too_large",
    `The photo has ${width} x ${height} pixels; a side has at most ${longestSide}. Send a smaller one.`,
  );
}
