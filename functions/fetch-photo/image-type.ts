/** The image formats that the model's preprocessing decodes. */
export type ImageType = "image/jpeg" | "image/png" | "image/webp";

/** How many bytes `detectImageType` wants to see: the longest signature is WebP's. */
export const SIGNATURE_BYTES = 12;

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG_SIGNATURE = Buffer.from([0xff, 0xd8, 0xff]);

/**
 * Tells an image's format from its first bytes. File names and Content-Type headers are claims of whoever sent them, so
 * they are not asked.
 *
 * @param bytes the file, or at least its first 12 bytes
 * @returns the media type, or undefined when it is none of JPEG, PNG and WebP
 */
export function detectImageType(bytes: Uint8Array): ImageType | undefined {
  const start = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.length, SIGNATURE_BYTES),
  );
  if (start.subarray(0, 3).equals(JPEG_SIGNATURE)) return "image/jpeg";
  if (start.subarray(0, 8).equals(PNG_SIGNATURE)) return "image/png";
  const isRiff = start.toString("latin1", 0, 4) === "RIFF";
  if (isRiff && start.toString("latin1", 8, 12) === "WEBP") return "image/webp";
  return undefined;
}

/** Brands in the `ftyp` box of ISO media files (ISO/IEC 23008-12), by the name that people know. */
const BRANDS: Readonly<Record<string, string>> = {
  heic: "HEIC",
  heix: "HEIC",
  heim: "HEIC",
  heis: "HEIC",
  hevc: "HEIC",
  mif1: "HEIF",
  msf1: "HEIF",
  avif: "AVIF",
  avis: "AVIF",
};

/** First bytes of other files that people send as photos. */
const OTHERS: readonly (readonly [string, string])[] = [
  ["GIF8", "GIF"],
  ["BM", "BMP"],
  ["II*\0", "TIFF"],
  ["MM\0*", "TIFF"],
  ["%PDF", "PDF"],
  ["<svg", "SVG"],
  ["\x1f\x8b", "gzip"],
];

/**
 * What a file that is not a JPEG, PNG or WebP photo is, where its first 12 bytes tell.
 *
 * @returns a name for people, such as `HEIC`
 */
export function nameOfOtherFile(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.length, SIGNATURE_BYTES),
  );
  const text = start.toString("latin1");
  const brand = text.slice(4, 8) === "ftyp" ? text.slice(8, 12) : "";
  return Object.hasOwn(BRANDS, brand)
    ? BRANDS[brand]
    : OTHERS.find(([signature]) => text.startsWith(signature))?.[1];
}

/** What to do with such a file. */
export function adviceFor(file: string | undefined): string {
  if (file === "HEIC" || file === "HEIF" || file === "AVIF") {
    return `Export the photo as JPEG; a phone does that with "Most compatible" in its camera settings, or when it shares the photo.`;
  }
  return file === "gzip"
    ? "Send the photo itself, uncompressed."
    : "Convert the file, or send another.";
}
