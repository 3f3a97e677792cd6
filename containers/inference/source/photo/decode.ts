import sharp from "sharp";
import { messageOf, RequestError } from "../errors";
import { formatOf } from "./format";
import { PixelBuffers } from "./pixel-buffers";
import type { Pixels } from "./resize";

// One photo at a time a thread: parallelism comes from several photos in libuv's pool. The cache would only hold photos nobody asks for again.
sharp.concurrency(1);
sharp.cache(false);
// libvips itself refuses every format but these three, whatever the check of the first bytes lets through.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp"],
});

/** Pixels of a photo's longer side: no JPEG file can have more. */
const longestSide = 65_535;

export interface DecodeOptions {
  /** Width x height above which a photo is refused before its pixels are decoded. */
  readonly maxPixels: number;
  /** Whether to turn the photo upright by its EXIF orientation. */
  readonly exifOrientation: boolean;
  /** Where the pixels are put. @default a buffer of their own */
  readonly buffers?: PixelBuffers;
}

const ownBuffers = new PixelBuffers(0);

/**
 * Decodes a JPEG, PNG or WebP photo to 8-bit pixels as Pillow's `convert("RGB")` does: colour profiles are ignored, alpha is dropped rather than
 * blended, 16 bits keep their upper 8. Runs on libuv's thread pool; the array returned can be transferred.
 * @throws RequestError 400 (empty), 415 (another format), 422 (damaged, or larger than allowed)
 */
export async function decodePhoto(bytes: Uint8Array, options: DecodeOptions): Promise<Pixels> {
  checkFormat(bytes);
  try {
    const { data, info } = await sharp(bytes, {
      ignoreIcc: true,
      failOn: "error",
      limitInputPixels: options.maxPixels,
      autoOrient: options.exifOrientation && mayBeTurned(bytes),
    })
      .removeAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) {
      throw unreadable(`it decodes to ${info.channels} channels, 3 are expected`);
    }
    return { data: transferable(data, options.buffers), width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw await refusal(bytes, options.maxPixels, error);
  }
}

/** A copy, because sharp's buffers can't be transferred, and its toUint8Array() (0.35.5) never frees what it copies from. */
function transferable(data: Buffer, buffers = ownBuffers): Uint8Array {
  const copy = buffers.take(data.length);
  copy.set(data);
  return copy;
}

const exifMarker = Buffer.from("Exif\0\0", "latin1");

/** Whether a photo can have an EXIF orientation. libvips decodes a JPEG with less work if it need not look: most downloaded photos have none. */
function mayBeTurned(bytes: Uint8Array): boolean {
  if (formatOf(bytes) !== "jpeg") return true;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(exifMarker);
}

function checkFormat(bytes: Uint8Array): void {
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

/** Why a photo was refused. Only now is its header read on its own: for every photo, that would take a fifth of the decoding time. */
async function refusal(
  bytes: Uint8Array,
  maxPixels: number,
  error: unknown,
): Promise<RequestError> {
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (width * height > maxPixels) {
      return new RequestError(
        422,
        "photo_too_large",
        `The photo has ${width} x ${height} pixels; at most ${maxPixels} pixels are decoded. Send a smaller one.`,
      );
    }
  } catch {
    // Not even the header can be read, which the first error says already.
  }
  return unreadable(messageOf(error));
}

function unreadable(reason: string): RequestError {
  return new RequestError(
    422,
    "unreadable_photo",
    `The photo can't be decoded (${reason}): it may be truncated or damaged.`,
  );
}
