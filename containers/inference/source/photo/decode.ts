import { messageOf, RequestError } from "../errors";
import { checkFormat, formatOf } from "./format";
import { scanCount } from "./jpeg/scan-count";
import { loadSharp } from "./load-sharp";
import type { Pixels } from "./rows";

/** Scans of a JPEG file that is decoded, at most. Encoders make 10 (libjpeg) to some 20 (mozjpeg). */
const mostScans = 100;

export interface DecodeOptions {
  /** Width x height above which a photo is refused before its pixels are decoded. */
  readonly maxPixels: number;
  /** Whether to turn the photo upright by its EXIF orientation. */
  readonly exifOrientation: boolean;
}

/**
 * Decodes a JPEG, PNG or WebP photo to 8-bit pixels as Pillow's `convert("RGB")` does: colour profiles are ignored, alpha is dropped rather than
 * blended, 16 bits keep their upper 8. Runs on libuv's thread pool.
 * @throws RequestError 400 (empty), 415 (another format), 422 (damaged, or larger than allowed)
 */
export async function decodePhoto(bytes: Uint8Array, options: DecodeOptions): Promise<Pixels> {
  checkFormat(bytes);
  checkScans(bytes);
  try {
    const { data, info } = await loadSharp()(bytes, {
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
    return { data, width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw await refusal(bytes, options.maxPixels, error);
  }
}

/** Decoding paints the whole photo for each scan, and nothing can interrupt it. */
function checkScans(bytes: Uint8Array): void {
  if (formatOf(bytes) !== "jpeg" || scanCount(bytes, mostScans + 1) <= mostScans) return;
  throw new RequestError(
    422,
    "unreadable_photo",
    `The photo has more than ${mostScans} scans, which takes too long to decode: save it again as an ordinary JPEG file.`,
  );
}

const exifMarker = Buffer.from("Exif\0\0", "latin1");

/** Whether a photo can have an EXIF orientation. libvips decodes a JPEG with less work if it need not look: most downloaded photos have none. */
function mayBeTurned(bytes: Uint8Array): boolean {
  if (formatOf(bytes) !== "jpeg") return true;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(exifMarker);
}

/** Why a photo was refused. Only now is its header read on its own: for every photo, that would take a fifth of the decoding time. */
async function refusal(
  bytes: Uint8Array,
  maxPixels: number,
  error: unknown,
): Promise<RequestError> {
  try {
    const { width, height } = await loadSharp()(bytes, { limitInputPixels: false }).metadata();
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
