import { formatOf } from "./format";
import { segmentsOf, startOfScan } from "./jpeg/segments";

const orientationTag = 0x0112;
const [short, long] = [3, 4];
/** Of a directory entry: tag, type, count and value or place. */
const entryBytes = 12;
const prefix = Buffer.from("Exif\0\0", "latin1");

/**
 * A photo's EXIF orientation (CIPA DC-008, tag 0x0112): 1 is upright, also where it is missing or invalid. XMP's
 * orientation does not count, as in browsers. training-scripts/kennel_training/data/orientation.py has the same rules.
 */
export function orientationOf(photo: Uint8Array): number {
  const exif = exifOf(photo);
  return exif ? orientationInTiff(withoutPrefix(exif)) : 1;
}

/** The first EXIF block of a photo. */
function exifOf(photo: Uint8Array): Uint8Array | undefined {
  switch (formatOf(photo)) {
    case "jpeg":
      return exifOfJpeg(photo);
    case "png":
      return chunkOf(photo, 8, "eXIf", { nameAt: 4, isLittleEndian: false, trailer: 4 });
    case "webp":
      return chunkOf(photo, 12, "EXIF", { nameAt: 0, isLittleEndian: true, trailer: 0 });
    default:
      return undefined;
  }
}

function exifOfJpeg(photo: Uint8Array): Uint8Array | undefined {
  for (const { marker, bytes } of segmentsOf(photo)) {
    if (marker === startOfScan) break;
    if (marker === 0xe1 && startsWithPrefix(bytes)) return bytes;
  }
  return undefined;
}

/**
 * A chunk's content, by its four-letter name; the other four bytes before it are its length. WebP pads chunks to even lengths.
 */
function chunkOf(
  photo: Uint8Array,
  start: number,
  wanted: string,
  layout: { readonly nameAt: number; readonly isLittleEndian: boolean; readonly trailer: number },
): Uint8Array | undefined {
  const view = new DataView(photo.buffer, photo.byteOffset, photo.byteLength);
  const { nameAt, isLittleEndian, trailer } = layout;
  for (let at = start; at + 8 <= photo.length;) {
    const name = Buffer.from(photo.subarray(at + nameAt, at + nameAt + 4)).toString("latin1");
    const length = view.getUint32(at + 4 - nameAt, isLittleEndian);
    const end = at + 8 + length;
    if (end > photo.length) return undefined;
    if (name === wanted) return photo.subarray(at + 8, end);
    at = end + trailer + (isLittleEndian ? length % 2 : 0);
  }
  return undefined;
}

function startsWithPrefix(bytes: Uint8Array): boolean {
  return prefix.equals(bytes.subarray(0, prefix.length));
}

function withoutPrefix(exif: Uint8Array): Uint8Array {
  let rest = exif;
  while (startsWithPrefix(rest)) rest = rest.subarray(prefix.length);
  return rest;
}

/** @param bytes TIFF's structure: byte order, 42, and where the first directory is */
function orientationInTiff(bytes: Uint8Array): number {
  const tiff = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (tiff.byteLength < 8) return 1;
  const order = tiff.getUint16(0);
  const isLittleEndian = order === 0x4949;
  if (!isLittleEndian && order !== 0x4d4d) return 1;
  if (tiff.getUint16(2, isLittleEndian) !== 42) return 1;
  const directory = tiff.getUint32(4, isLittleEndian);
  if (directory + 2 > tiff.byteLength) return 1;
  const count = tiff.getUint16(directory, isLittleEndian);
  for (let index = 0; index < count; index += 1) {
    const entry = directory + 2 + index * entryBytes;
    if (entry + entryBytes > tiff.byteLength) return 1;
    if (tiff.getUint16(entry, isLittleEndian) !== orientationTag) continue;
    const type = tiff.getUint16(entry + 2, isLittleEndian);
    if (type !== short && type !== long) return 1;
    const value =
      type === short
        ? tiff.getUint16(entry + 8, isLittleEndian)
        : tiff.getUint32(entry + 8, isLittleEndian);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
