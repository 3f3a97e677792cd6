import { RequestError } from "../errors";
import type { Pixels } from "../photo/pixels";

/** NumPy's file format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
const magic = Buffer.from("\x93NUMPY", "latin1");
const alignment = 64;
/** Longest header that NumPy itself reads by default. */
const longestHeader = 10_000;
/**
 * About as many as two cores classify within the deadline; millions of tiny ones would cost a gigabyte before the first is
 * classified.
 */
const mostImages = 1000;

/** The images of a NumPy file. */
export interface Images {
  readonly images: readonly Pixels[];
  /** Whether the array is [count, height, width, 3] rather than one image's [height, width, 3]. */
  readonly areMany: boolean;
}

/**
 * Reads images from a NumPy file: uint8 [height, width, 3] or [count, height, width, 3], RGB.
 * @param maxPixels width x height of the largest image
 * @throws RequestError 400 if it is something else, 422 for an image that is too large
 */
export function readImages(file: Buffer, maxPixels: number): Images {
  const { header, data } = partsOf(file);
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const isFortran = /'fortran_order'\s*:\s*True/.test(header);
  const shapeText = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (type === undefined || shapeText === undefined) throw unusable("its header can't be read");
  const shape = shapeText.split(",").flatMap((text) => (text.trim() ? [Number(text)] : []));
  const given = `${type} [${shape.join(", ")}]${isFortran ? " in Fortran order" : ""}`;
  const [height = 0, width = 0, channels] = shape.slice(-3);
  const areMany = shape.length === 4;
  const count = areMany ? shape[0]! : 1;
  const isImage = (areMany || shape.length === 3) && channels === 3;
  const hasPixels = count > 0 && height > 0 && width > 0;
  if (!/^[|<>=]?u1$/.test(type) || isFortran || !isImage || !hasPixels) {
    throw unusable(`it holds ${given}`);
  }
  if (width * height > maxPixels) {
    throw new RequestError(
      "photo_too_large",
      `An image has ${width} x ${height} pixels; at most ${maxPixels} pixels are taken. Send a smaller one.`,
    );
  }
  if (count > mostImages) {
    throw new RequestError(
      "too_many_images",
      `The array has ${count} images; at most ${mostImages} are taken. Send several arrays.`,
    );
  }
  const size = height * width * 3;
  if (data.length !== count * size) {
    throw unusable(`${given} takes ${count * size} bytes, and it holds ${data.length}`);
  }
  const images = Array.from({ length: count }, (_, index) => {
    return { data: data.subarray(index * size, (index + 1) * size), width, height };
  });
  return { images, areMany };
}

function partsOf(file: Buffer): { header: string; data: Buffer } {
  if (file.length < 12 || !file.subarray(0, magic.length).equals(magic)) {
    throw unusable("it does not begin as one");
  }
  const isFirstVersion = file[6] === 1;
  const length = isFirstVersion ? file.readUInt16LE(8) : file.readUInt32LE(8);
  const start = isFirstVersion ? 10 : 12;
  if (length > longestHeader) throw unusable("its header is too long");
  if (start + length > file.length) throw unusable("its header is cut off");
  return {
    header: file.toString("latin1", start, start + length),
    data: file.subarray(start + length),
  };
}

function unusable(reason: string): RequestError {
  return new RequestError(
    "invalid_npy",
    `The body is not a usable NumPy array (${reason}): expected uint8 [height, width, 3] or [count, height, width, 3], as numpy.save writes it.`,
  );
}

/** A NumPy file with the rows as float32 [rows, columns]. */
export function writeRows(rows: readonly Float32Array[]): Buffer {
  const columns = rows[0]?.length ?? 0;
  const shape = `(${rows.length}, ${columns})`;
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const before = magic.length + 4;
  const unpadded = before + dictionary.length + 1;
  const padding = " ".repeat(Math.ceil(unpadded / alignment) * alignment - unpadded);
  const header = Buffer.from(`${dictionary}${padding}\n`, "latin1");
  const data = Buffer.alloc(rows.length * columns * 4);
  rows.forEach((row, index) => {
    row.forEach((value, column) => data.writeFloatLE(value, (index * columns + column) * 4));
  });
  const version = Buffer.of(1, 0, header.length & 0xff, header.length >> 8);
  return Buffer.concat([magic, version, header, data]);
}
