import { detectImageType } from "./image-type";

/** Wrapped, unpadded and URL-safe base64 also count as base64. */
const BASE64 = /^[\sA-Za-z0-9+/_-]+=*\s*$/;

/** The bytes that base64 text stands for, undefined where the text is not base64. */
export function bytesOfBase64(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
}

/** The photo that base64 text stands for, undefined where it is not base64 of a JPEG, PNG or WebP file. */
export function photoOfBase64(text: string): Buffer | undefined {
  // Its start decides, so that other text is not decoded as a whole.
  const start = bytesOfBase64(text.slice(0, 64));
  return start === undefined || detectImageType(start) === undefined
    ? undefined
    : bytesOfBase64(text);
}
