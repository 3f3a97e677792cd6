/** The formats that are decoded. Everything else is refused before a decoder sees it. */
export type PhotoFormat = "jpeg" | "png" | "webp";

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
