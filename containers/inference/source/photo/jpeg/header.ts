/**
 * Reads a JPEG file's header (ITU-T T.81, annex B) as far as the fast decoder needs it. Whatever is unusual or damaged makes it give up, and another
 * decoder has the say: this one never has to explain what is wrong with a file.
 */
import { orientationOf } from "./exif";
import { huffmanTable, type HuffmanCode } from "./huffman";

export interface JpegComponent {
  /** Blocks in an MCU, across and down. */
  readonly across: number;
  readonly down: number;
  /** int16 [8, 8] */
  readonly quantisation: Int16Array;
  /** As huffman.ts makes them. */
  readonly dcTable: Uint8Array;
  readonly acTable: Uint8Array;
}

export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** One: grey. Three: luma, blue and red chroma. */
  readonly components: readonly JpegComponent[];
  /** MCUs between restart markers; 0 for none. */
  readonly restartInterval: number;
  /** EXIF's, from 1 to 8. */
  readonly orientation: number;
  /** Where the scan's data begins. */
  readonly dataAt: number;
}

/** Place of each coefficient in a block [8, 8], in the order of the file (T.81, figure A.6). */
export const zigzag = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48],
  ...[41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15],
  ...[23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63],
);

/** Photos that are smaller than this have edge cases, and nothing to gain. */
const smallestSide = 16;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly {
    readonly id: number;
    readonly across: number;
    readonly down: number;
    readonly table: number;
  }[];
}

/** What the segments before the scan have told. */
interface Found {
  frame?: Frame;
  orientation: number;
  restartInterval: number;
  isJfif: boolean;
  adobeTransform?: number;
  readonly quantisation: (Int16Array | undefined)[];
  readonly codes: {
    readonly dc: (HuffmanCode | undefined)[];
    readonly ac: (HuffmanCode | undefined)[];
  };
}

/** Thrown and caught here: the file is not for this decoder. */
class Unusual extends Error {}

/** @returns undefined unless the file is a baseline photo with one scan, grey or YCbCr with whole or halved chroma */
export function readJpegHeader(
  bytes: Uint8Array,
  options: { readonly exifOrientation: boolean },
): JpegHeader | undefined {
  try {
    return readSegments(bytes, options.exifOrientation);
  } catch (error) {
    // Reading behind the end of a truncated file is a RangeError.
    if (error instanceof Unusual || error instanceof RangeError) return undefined;
    throw error;
  }
}

function readSegments(bytes: Uint8Array, exifOrientation: boolean): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Found = {
    orientation: 1,
    restartInterval: 0,
    isJfif: false,
    quantisation: [],
    codes: { dc: [], ac: [] },
  };
  demand(view.getUint16(0) === 0xffd8);
  let at = 2;
  for (;;) {
    demand(view.getUint8(at) === 0xff);
    const marker = view.getUint8(at + 1);
    const length = view.getUint16(at + 2);
    demand(length >= 2);
    const body = new DataView(bytes.buffer, bytes.byteOffset + at + 4, length - 2);
    at += 2 + length;
    if (marker === 0xda) return { ...headerOf(found, body), dataAt: at };
    readSegment(marker, body, found, exifOrientation);
  }
}

function readSegment(marker: number, body: DataView, found: Found, exifOrientation: boolean): void {
  switch (marker) {
    case 0xc0: // Baseline, and extended sequential with Huffman codes.
    case 0xc1:
      demand(!found.frame);
      found.frame = readFrame(body);
      return;
    case 0xc4:
      return readCodes(body, found);
    case 0xdb:
      return readQuantisation(body, found);
    case 0xdd:
      found.restartInterval = body.getUint16(0);
      return;
    case 0xe0:
      if (startsWith(body, "JFIF\0") && body.byteLength >= 14) found.isJfif = true;
      return;
    case 0xe1:
      if (!exifOrientation || !startsWith(body, "Exif\0\0")) return;
      found.orientation = demand(orientationOf(body));
      return;
    case 0xee:
      if (startsWith(body, "Adobe") && body.byteLength >= 12) {
        found.adobeTransform = body.getUint8(11);
      }
      return;
    default:
      // Other application data and comments; everything else is a kind of file for the other decoder.
      demand((marker >= 0xe2 && marker <= 0xef) || marker === 0xfe);
  }
}

function readFrame(body: DataView): Frame {
  demand(body.getUint8(0) === 8);
  const [height, width] = [body.getUint16(1), body.getUint16(3)];
  demand(Math.min(width, height) >= smallestSide);
  const count = body.getUint8(5);
  const components = Array.from({ length: count }, (_, index) => {
    const at = 6 + 3 * index;
    const sampling = body.getUint8(at + 1);
    const [across, down] = [sampling >> 4, sampling & 15];
    return { id: body.getUint8(at), across, down, table: body.getUint8(at + 2) };
  });
  if (count === 1) {
    // A component alone has MCUs of one block, whatever its sampling is (A.2.2).
    return { width, height, components: [{ ...components[0]!, across: 1, down: 1 }] };
  }
  demand(count === 3);
  const [luma, ...chroma] = components;
  demand(["1x1", "2x1", "2x2"].includes(`${luma!.across}x${luma!.down}`));
  demand(chroma.every(({ across, down }) => across === 1 && down === 1));
  return { width, height, components };
}

function readCodes(body: DataView, found: Found): void {
  let at = 0;
  while (at < body.byteLength) {
    const type = body.getUint8(at);
    const counts = bytesOf(body, at + 1, 16);
    const size = counts.reduce((sum, count) => sum + count, 0);
    demand(size <= 256 && (type & 0xef) < 4);
    const symbols = bytesOf(body, at + 17, size);
    found.codes[type & 0x10 ? "ac" : "dc"][type & 15] = { counts, symbols };
    at += 17 + size;
  }
}

function readQuantisation(body: DataView, found: Found): void {
  let at = 0;
  while (at < body.byteLength) {
    const type = body.getUint8(at);
    const is16Bit = type >> 4 !== 0;
    demand(type >> 4 <= 1 && (type & 15) < 4);
    const table = new Int16Array(64);
    zigzag.forEach((place, index) => {
      const factor = is16Bit ? body.getUint16(at + 1 + 2 * index) : body.getUint8(at + 1 + index);
      demand(factor > 0 && factor <= 32_767);
      table[place] = factor;
    });
    found.quantisation[type & 15] = table;
    at += 1 + (is16Bit ? 128 : 64);
  }
}

function headerOf(found: Found, scan: DataView): Omit<JpegHeader, "dataAt"> {
  const frame = demand(found.frame);
  demand(frame.components.length === 1 || isYcc(found, frame));
  // All components in one scan with all coefficients at once.
  demand(scan.getUint8(0) === frame.components.length);
  const components = frame.components.map(({ id, across, down, table }, index) => {
    demand(scan.getUint8(1 + 2 * index) === id);
    const tables = scan.getUint8(2 + 2 * index);
    return {
      across,
      down,
      quantisation: demand(found.quantisation[table]),
      dcTable: demand(huffmanTable(demand(found.codes.dc[tables >> 4]), "dc")),
      acTable: demand(huffmanTable(demand(found.codes.ac[tables & 15]), "ac")),
    };
  });
  const spectral = 1 + 2 * components.length;
  demand(scan.getUint8(spectral) === 0 && scan.getUint8(spectral + 1) === 63);
  demand(scan.getUint8(spectral + 2) === 0);
  const { width, height } = frame;
  const { restartInterval, orientation } = found;
  return { width, height, components, restartInterval, orientation };
}

/** libjpeg's guess of what the components are (jdapimin.c, default_decompress_parms), where it is clear. */
function isYcc({ isJfif, adobeTransform }: Found, { components }: Frame): boolean {
  if (isJfif) return true;
  if (adobeTransform !== undefined) return adobeTransform === 1;
  return components.every(({ id }, index) => id === index + 1);
}

function startsWith(body: DataView, text: string): boolean {
  if (body.byteLength < text.length) return false;
  return [...text].every((character, index) => body.getUint8(index) === character.charCodeAt(0));
}

function bytesOf(view: DataView, at: number, length: number): Uint8Array {
  demand(at + length <= view.byteLength);
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}

function demand<T>(value: T): Exclude<T, undefined | false> {
  if (value === undefined || value === false) throw new Unusual();
  return value as Exclude<T, undefined | false>;
}
