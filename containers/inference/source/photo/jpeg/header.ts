import { segmentsOf, startOfScan } from "./segments";

/** What a JPEG file says of its pixels before the first of them. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: colour, 4: CMYK. */
  readonly components: number;
  /** Whether all pixels come in one scan, so that a decoder needs no room for the whole photo's coefficients. */
  readonly isOneScan: boolean;
  /** Whether Adobe's marker says how CMYK is stored. */
  readonly hasAdobeMarker: boolean;
  /** Where the height, and behind it the width, is in the file: two bytes each. */
  readonly sizeAt: number;
  /** Where the first scan's data begins. */
  readonly dataAt: number;
}

/** @returns undefined for a file that ends before its first scan, or has no size */
export function readJpegHeader(file: Uint8Array): JpegHeader | undefined {
  let frame: Uint8Array | undefined;
  let isProgressive = false;
  let hasAdobeMarker = false;
  for (const { marker, bytes, end } of segmentsOf(file)) {
    if (isFrame(marker) && bytes.length >= 6) {
      frame = bytes;
      isProgressive = (marker & 3) === 2;
    } else if (marker === 0xee) {
      hasAdobeMarker ||= Buffer.from(bytes.subarray(0, 5)).toString("latin1") === "Adobe";
    } else if (marker === startOfScan) {
      if (!frame) return undefined;
      const [, high, low, wide, narrow, components] = frame;
      const height = (high! << 8) | low!;
      const width = (wide! << 8) | narrow!;
      if (width === 0 || height === 0) return undefined;
      const isOneScan = !isProgressive && bytes[0] === components;
      return {
        width,
        height,
        components: components!,
        isOneScan,
        hasAdobeMarker,
        sizeAt: frame.byteOffset - file.byteOffset + 1,
        dataAt: end,
      };
    }
  }
  return undefined;
}

/** SOF0 to SOF15 without the tables' and arithmetic coding's own markers. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
