/** The image formats that the model's preprocessing decodes. */
export type ImageType = "image/jpeg" | "image/png" | "image/webp";

/** How many bytes `detectImageType` wants to see: the longest signature is WebP's. */
export const SIGNATURE_BYTES = 12;

function signatureOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, Math.min(length, SIGNATURE_BYTES)).toString("latin1");
}

/**
 * Tells an image's format from its first bytes. File names and Content-Type headers are mere claims of the
 * sender, and are ignored.
 *
 * @param bytes the file, or at least its first 12 bytes
 * @returns the media type, or undefined when it is none of JPEG, PNG and WebP
 */
export function detectImageType(bytes: Uint8Array): ImageType | undefined {
  const start = signatureOf(bytes);
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  return /^RIFF[^]{4}WEBP/.test(start) ? "image/webp" : undefined;
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
  const text = signatureOf(bytes);
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
