/**
 * Resizing and centre cropping, bit-identical to torchvision's `Resize` and `CenterCrop` on a Pillow image, which is what the
 * model was trained on.
 *
 * Pillow's bilinear filter is a triangle stretched by the scale (so it averages when it shrinks), applied horizontally, rounded
 * to 8 bits, then vertically, with weights in 22-bit fixed point: `precompute_coeffs` and `normalize_coeffs_8bpc` in Pillow's
 * src/libImaging/Resample.c. Each output pixel depends on nothing but its own weights, so only the pixels of the crop are
 * computed.
 */

import { coarseBits, KernelMemory } from "./kernel";
import { turnBack, turnOf, type Turn } from "./orientation";
import type { StoredPixels } from "./pixels";

export interface Crop {
  /** Size of the whole photo after resizing. */
  readonly width: number;
  readonly height: number;
  /** First column and row of the crop in it. */
  readonly left: number;
  readonly top: number;
}

/** The sizes that torchvision computes: the long side is truncated, the crop's offset rounds half to even. */
export function cropOf(
  width: number,
  height: number,
  sizes: { readonly resize: number; readonly crop: number },
): Crop {
  const long = Math.trunc((sizes.resize * Math.max(width, height)) / Math.min(width, height));
  const resized =
    width <= height ? { width: sizes.resize, height: long } : { width: long, height: sizes.resize };
  return {
    ...resized,
    left: roundHalfToEven((resized.width - sizes.crop) / 2),
    top: roundHalfToEven((resized.height - sizes.crop) / 2),
  };
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Fixed-point weights of a run of output pixels along one axis. */
interface Weights {
  /** Pixels of the photo along this axis. */
  readonly inputSize: number;
  /** First input pixel of each output pixel; no less than that of the one before. */
  readonly starts: Int32Array;
  /** Input pixels of each output pixel; a few of them weigh nothing, for the sake of loops that are all of the same length. */
  readonly taps: number;
  /** [output pixel, tap], each in units of 2^-22. */
  readonly values: Int32Array;
}

const precisionBits = 22;

function weightsOf(inputSize: number, outputSize: number, first: number, count: number): Weights {
  const scale = inputSize / outputSize;
  const support = Math.max(scale, 1);
  const inverse = 1 / support;
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let taps = 0;
  for (let index = 0; index < count; index += 1) {
    const centre = (first + index + 0.5) * scale;
    starts[index] = Math.max(Math.trunc(centre - support + 0.5), 0);
    ends[index] = Math.min(Math.trunc(centre + support + 0.5), inputSize);
    taps = Math.max(taps, ends[index]! - starts[index]!);
  }
  const values = new Int32Array(count * taps);
  const exact = new Float64Array(taps);
  for (let index = 0; index < count; index += 1) {
    const centre = (first + index + 0.5) * scale;
    const start = starts[index]!;
    const length = ends[index]! - start;
    let sum = 0;
    for (let tap = 0; tap < length; tap += 1) {
      const weight = Math.max(1 - Math.abs((tap + start - centre + 0.5) * inverse), 0);
      exact[tap] = weight;
      sum += weight;
    }
    // Nothing behind the last input pixel that counts is read.
    starts[index] = Math.min(start, ends[count - 1]! - taps);
    const place = index * taps + start - starts[index]!;
    for (let tap = 0; tap < length; tap += 1) {
      const weight = sum === 0 ? exact[tap]! : exact[tap]! / sum;
      values[place + tap] = Math.trunc(0.5 + weight * (1 << precisionBits));
    }
  }
  return { inputSize, starts, taps, values };
}

/** Rows that are kept beyond those that one output row needs, so that they are seldom moved. */
const spareRows = 16;

/** Resizes and crops photos one after another; of each, the kernel has a few rows at a time. */
export class Resizer {
  private readonly memory = new KernelMemory();

  constructor(private readonly sizes: { readonly resize: number; readonly crop: number }) {}

  /** @param target uint8 [crop, crop, 3], filled with RGB, upright */
  resizeAndCrop(photo: StoredPixels, target: Uint8Array): void {
    const { crop } = this.sizes;
    const turn = turnOf(photo.orientation);
    const [across, down] = turn.swapsAxes
      ? [photo.height, photo.width]
      : [photo.width, photo.height];
    const { width, height, left, top } = cropOf(across, down, this.sizes);
    const columns = weightsOf(across, width, left, crop);
    const rows = weightsOf(down, height, top, crop);
    const isRowsFirst = isVerticalFirst({ width: across, height: down }, { width, height });
    const stored = storedWeights(columns, rows, turn);
    this.memory.clear();
    // What is vertical in an upright photo may be horizontal in the stored one; what comes first stays first.
    const isStoredRowsFirst = isRowsFirst !== turn.swapsAxes;
    const output = this.resize(photo, stored.rows, stored.columns, isStoredRowsFirst);
    const cropped = this.memory.bytes.subarray(output, output + crop * crop * 3);
    if (photo.orientation === 1) target.set(cropped);
    else turnBack(cropped, crop, turn, target);
  }

  /**
   * Rows are taken one by one, narrowed, and wait in a window until an output row can be made of them; or the other way round,
   * made to an output row first and narrowed then.
   * @returns address of the output, uint8 [crop, crop, 3]
   */
  private resize(
    photo: StoredPixels,
    rows: Weights,
    columns: Weights,
    isRowsFirst: boolean,
  ): number {
    const { memory } = this;
    const { crop } = this.sizes;
    const firstColumn = columns.starts[0]!;
    const wideLength = (columns.starts.at(-1)! + columns.taps - firstColumn) * 3;
    const narrowLength = crop * 3;
    const length = isRowsFirst ? wideLength : narrowLength;
    const kept = rows.taps + spareRows;
    const window = memory.reserve(kept * length);
    // One wide row: what comes in, or what goes on to be narrowed.
    const wide = memory.reserve(wideLength);
    const output = memory.reserve(crop * narrowLength);
    const weights = memory.place(rows.values);
    const narrow = this.narrowing(columns);
    let firstKept = rows.starts[0]!;
    let next = firstKept;
    for (let row = 0; row < crop; row += 1) {
      const start = rows.starts[row]!;
      const end = start + rows.taps;
      if (end - firstKept > kept) {
        const from = window + (start - firstKept) * length;
        memory.bytes.copyWithin(window, from, window + (next - firstKept) * length);
        firstKept = start;
      }
      for (; next < end; next += 1) {
        const from = (next * photo.width + firstColumn) * 3;
        const place = window + (next - firstKept) * length;
        memory.bytes.set(photo.data.subarray(from, from + wideLength), isRowsFirst ? place : wide);
        if (!isRowsFirst) narrow(wide, place);
      }
      const first = window + (start - firstKept) * length;
      const target = output + row * narrowLength;
      const made = isRowsFirst ? wide : target;
      memory.kernel.rows(first, length, rows.taps, weights + row * rows.taps * 4, length, made);
      if (isRowsFirst) narrow(wide, target);
    }
    return output;
  }

  /** What resizes one row, from the address of its first pixel that counts to another address. */
  private narrowing({ starts, taps, values }: Weights): (input: number, output: number) => void {
    const { memory } = this;
    const first = starts[0]!;
    const count = starts.length;
    const placedStarts = memory.place(starts.map((start) => (start - first) * 3));
    const pairs = Math.ceil(taps / 2);
    const weights = memory.place(pairedWeights(values, count, taps));
    return (input, output) => {
      memory.kernel.columns(input, output, count, placedStarts, weights, pairs);
    };
  }
}

/** Weights of two taps at a time, as the kernel multiplies them: int16 [output pixel, pair, fine or coarse part, tap]. */
function pairedWeights(values: Int32Array, count: number, taps: number): Int16Array {
  const pairs = Math.ceil(taps / 2);
  const paired = new Int16Array(count * pairs * 4);
  for (let pixel = 0; pixel < count; pixel += 1) {
    for (let tap = 0; tap < taps; tap += 1) {
      const value = values[pixel * taps + tap]!;
      const place = (pixel * pairs + (tap >> 1)) * 4 + (tap & 1);
      paired[place] = value & ((1 << coarseBits) - 1);
      paired[place + 2] = value >> coarseBits;
    }
  }
  return paired;
}

/** Weights along the axes of the stored photo. */
function storedWeights(
  columns: Weights,
  rows: Weights,
  turn: Turn,
): { readonly columns: Weights; readonly rows: Weights } {
  const [across, down] = turn.swapsAxes ? [rows, columns] : [columns, rows];
  return {
    columns: turn.mirrorsColumns ? mirrored(across) : across,
    rows: turn.mirrorsRows ? mirrored(down) : down,
  };
}

/** The same weights of a mirrored axis, last output pixel first. */
function mirrored({ inputSize, starts, taps, values }: Weights): Weights {
  return {
    inputSize,
    starts: starts.map((start) => inputSize - start - taps).reverse(),
    taps,
    values: values.slice().reverse(),
  };
}

/**
 * Since version 13 Pillow starts with the vertical pass where the height loses more than twice as many pixels as the width. The
 * order shows in the last bit, because the first pass is rounded.
 */
function isVerticalFirst(
  photo: { readonly width: number; readonly height: number },
  resized: { readonly width: number; readonly height: number },
): boolean {
  const lost = photo.height - resized.height;
  return lost > 0 && lost > 2 * (photo.width - resized.width);
}
