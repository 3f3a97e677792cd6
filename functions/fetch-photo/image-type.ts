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
