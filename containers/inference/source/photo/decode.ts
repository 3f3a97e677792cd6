import { messageOf, RequestError } from "../errors";
import { rgbOf } from "./colour";
import { orientationOf } from "./exif";
import { checkFormat, formatOf } from "./format";
import { jpegDecoder, reductionFor } from "./jpeg/decoder";
import { readJpegHeader, type JpegHeader } from "./jpeg/header";
import { scanCount } from "./jpeg/segments";
import { loadSharp } from "./load-sharp";
import type { Preprocessing, StoredPixels } from "./pixels";

/** Maximum number of scans of a JPEG file that is decoded. Encoders make 10 (libjpeg) to about 20 (mozjpeg). */
const mostScans = 100;
/** Maximum number of pixels that all scans together may paint. */
const mostScannedPixels = 4e9;

export type DecodeOptions = Omit<Preprocessing, "crop">;

/**
 * Decodes a JPEG, PNG or WebP photo to 8-bit pixels as Pillow's `convert("RGB")` does: colour profiles are ignored, alpha is
 * dropped rather than blended, 16 bits keep their upper 8.
 * @returns pixels that are valid until the next photo is decoded
 * @throws RequestError 400 (empty), 415 (another format), 422 (damaged, or larger than allowed)
 */
export async function decodePhoto(
  bytes: Uint8Array,
  options: DecodeOptions,
): Promise<StoredPixels> {
  checkFormat(bytes);
  const orientation = options.exifOrientation ? orientationOf(bytes) : 1;
  const pixels =
    formatOf(bytes) === "jpeg" ? decodeJpeg(bytes, options) : await decodeOther(bytes, options);
  return { ...pixels, orientation };
}

function decodeJpeg(bytes: Uint8Array, { maxPixels, isReduced, resize }: DecodeOptions) {
  const header = readJpegHeader(bytes);
  if (!header) throw unreadable("it has no header");
  const { width, height } = header;
  const reduction = isReduced ? reductionFor(width, height, resize) : 1;
  checkSize(width, height, reduction === 1 ? maxPixels : 2 * maxPixels);
  if (!header.isOneScan) checkScans(bytes, header);
  try {
    const samples = jpegDecoder().decode(bytes, header, reduction);
    return { data: rgbOf(samples), width: samples.width, height: samples.height };
  } catch (error) {
    throw unreadable(messageOf(error));
  }
}

/** Decoding paints the whole photo for each scan, and nothing can interrupt it. */
function checkScans(bytes: Uint8Array, { width, height }: JpegHeader): void {
  const most = Math.min(mostScans, Math.floor(mostScannedPixels / (width * height)));
  if (scanCount(bytes, most + 1) <= most) return;
  throw new RequestError(
    "unreadable_photo",
    `The photo has more than ${most} scans, which takes too long to decode: save it again as an ordinary JPEG file.`,
  );
}

/** PNG and WebP, on libuv's thread pool. */
async function decodeOther(bytes: Uint8Array, { maxPixels }: DecodeOptions) {
  try {
    const { data, info } = await loadSharp()(bytes, {
      ignoreIcc: true,
      failOn: "error",
      limitInputPixels: maxPixels,
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
    throw await refusal(bytes, maxPixels, error);
  }
}

/** Why a photo was refused. Its header is read on its own only now, not for every photo. */
async function refusal(
  bytes: Uint8Array,
  maxPixels: number,
  error: unknown,
): Promise<RequestError> {
  try {
    const { width, height } = await loadSharp()(bytes, { limitInputPixels: false }).metadata();
    checkSize(width, height, maxPixels);
  } catch (problem) {
    if (problem instanceof RequestError) return problem;
    // Not even the header can be read, which the first error says already.
  }
  return unreadable(messageOf(error));
}

function checkSize(width: number, height: number, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw new RequestError(
    "photo_too_large",
    `The photo has ${width} x ${height} pixels; at most ${maxPixels} pixels are decoded. Send a smaller one.`,
  );
}

function unreadable(reason: string): RequestError {
  return new RequestError(
    "unreadable_photo",
    `The photo can't be decoded (${reason}): it may be truncated or damaged.`,
  );
}
