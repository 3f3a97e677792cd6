/**
 * Resizing and centre cropping, bit-identical to torchvision's `Resize` and `CenterCrop` on a Pillow image, which is what the model was trained on.
 *
 * Pillow's bilinear filter is a triangle stretched by the scale (so it averages when it shrinks), applied horizontally, rounded to 8 bits, then
 * vertically, with weights in 22-bit fixed point: `precompute_coeffs` and `normalize_coeffs_8bpc` in Pillow's src/libImaging/Resample.c.
 * Each output pixel depends on nothing but its own weights, so only the pixels of the crop are computed.
 */

import { resizeKernel } from "./resize-kernel";

export interface Pixels {
  /** RGB, rows from the top: [height, width, 3]. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

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
  /** First input pixel of each output pixel. */
  readonly starts: Int32Array;
  /** Number of input pixels of each output pixel. */
  readonly lengths: Int32Array;
  /** [output pixel, `stride`], each in units of 2^-22. */
  readonly values: Int32Array;
  readonly stride: number;
}

const precisionBits = 22;

function weightsOf(inputSize: number, outputSize: number, first: number, count: number): Weights {
  const scale = inputSize / outputSize;
  const support = Math.max(scale, 1);
  const inverse = 1 / support;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(count);
  const lengths = new Int32Array(count);
  const values = new Int32Array(count * stride);
  const exact = new Float64Array(stride);
  for (let index = 0; index < count; index += 1) {
    const centre = (first + index + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const length = Math.min(Math.trunc(centre + support + 0.5), inputSize) - start;
    let sum = 0;
    for (let tap = 0; tap < length; tap += 1) {
      const weight = Math.max(1 - Math.abs((tap + start - centre + 0.5) * inverse), 0);
      exact[tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < length; tap += 1) {
      const weight = sum === 0 ? exact[tap]! : exact[tap]! / sum;
      values[index * stride + tap] = Math.trunc(0.5 + weight * (1 << precisionBits));
    }
    starts[index] = start;
    lengths[index] = length;
  }
  return { starts, lengths, values, stride };
}

/** Bytes that the kernel may read or write beyond what it is asked to. */
const padding = 16;
const pageBytes = 65_536;

/**
 * Resizes and crops photos one after another in one memory that grows to the largest photo's needs, which are small: a photo's rows pass through it
 * one by one.
 */
export class Resizer {
  private readonly memory = new WebAssembly.Memory({ initial: 4 });
  private readonly kernel = resizeKernel(this.memory);
  private bytes = new Uint8Array(this.memory.buffer);
  private next = 0;

  constructor(private readonly sizes: { readonly resize: number; readonly crop: number }) {}

  /**
   * @param photo the decoded photo
   * @param target uint8 [crop, crop, 3], filled with RGB
   */
  resizeAndCrop(photo: Pixels, target: Uint8Array): void {
    const { crop } = this.sizes;
    const { width, height, left, top } = cropOf(photo.width, photo.height, this.sizes);
    const columns = weightsOf(photo.width, width, left, crop);
    const rows = weightsOf(photo.height, height, top, crop);
    this.next = 0;
    const output = isVerticalFirst(photo, { width, height })
      ? this.rowsThenColumns(photo, rows, columns)
      : this.columnsThenRows(photo, rows, columns);
    target.set(this.bytes.subarray(output, output + crop * crop * 3));
  }

  private columnsThenRows(photo: Pixels, rows: Weights, columns: Weights): number {
    const { crop } = this.sizes;
    const across = spanOf(columns);
    const down = spanOf(rows);
    const inputLength = (across.end - across.first) * 3;
    const rowLength = crop * 3;
    const input = this.reserve(inputLength);
    const narrowed = this.reserve((down.end - down.first) * rowLength);
    const output = this.reserve(crop * rowLength);
    const horizontal = this.place(columns);
    this.placeStarts(horizontal.starts, columns, (start) => input + (start - across.first) * 3);
    for (let row = down.first; row < down.end; row += 1) {
      const offset = (row * photo.width + across.first) * 3;
      this.bytes.set(photo.data.subarray(offset, offset + inputLength), input);
      this.columns(narrowed + (row - down.first) * rowLength, columns, horizontal);
    }
    const vertical = this.place(rows);
    for (let row = 0; row < crop; row += 1) {
      const first = narrowed + (rows.starts[row]! - down.first) * rowLength;
      const weights = vertical.weights + row * rows.stride * 4;
      const taps = rows.lengths[row]!;
      this.kernel.rows(first, rowLength, taps, weights, rowLength, output + row * rowLength);
    }
    return output;
  }

  private rowsThenColumns(photo: Pixels, rows: Weights, columns: Weights): number {
    const { crop } = this.sizes;
    const across = spanOf(columns);
    const length = (across.end - across.first) * 3;
    const input = this.reserve(rows.stride * length);
    const flattened = this.reserve(length);
    const output = this.reserve(crop * crop * 3);
    const vertical = this.place(rows);
    const horizontal = this.place(columns);
    this.placeStarts(horizontal.starts, columns, (start) => flattened + (start - across.first) * 3);
    for (let row = 0; row < crop; row += 1) {
      const taps = rows.lengths[row]!;
      for (let tap = 0; tap < taps; tap += 1) {
        const offset = ((rows.starts[row]! + tap) * photo.width + across.first) * 3;
        this.bytes.set(photo.data.subarray(offset, offset + length), input + tap * length);
      }
      const weights = vertical.weights + row * rows.stride * 4;
      this.kernel.rows(input, length, taps, weights, length, flattened);
      this.columns(output + row * crop * 3, columns, horizontal);
    }
    return output;
  }

  private columns(output: number, { starts, stride }: Weights, at: PlacedWeights): void {
    this.kernel.columns(output, starts.length, at.starts, at.lengths, at.weights, stride * 4);
  }

  /** Copies weights to the kernel's memory; `starts` is only reserved. */
  private place({ starts, lengths, values }: Weights): PlacedWeights {
    const placed = {
      starts: this.reserve(starts.byteLength),
      lengths: this.reserve(lengths.byteLength),
      weights: this.reserve(values.byteLength),
    };
    new Int32Array(this.memory.buffer, placed.lengths, lengths.length).set(lengths);
    new Int32Array(this.memory.buffer, placed.weights, values.length).set(values);
    return placed;
  }

  private placeStarts(at: number, { starts }: Weights, address: (start: number) => number): void {
    new Int32Array(this.memory.buffer, at, starts.length).set(starts.map(address));
  }

  /** Address of so many free bytes, with some to spare behind them. */
  private reserve(length: number): number {
    const address = this.next;
    this.next = Math.ceil((address + length + padding) / padding) * padding;
    const missing = this.next - this.bytes.length;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / pageBytes));
      this.bytes = new Uint8Array(this.memory.buffer);
    }
    return address;
  }
}

/** Addresses of {@link Weights} in the kernel's memory. */
interface PlacedWeights {
  readonly starts: number;
  readonly lengths: number;
  readonly weights: number;
}

/**
 * Since version 13 Pillow starts with the vertical pass where the height loses more than twice as many pixels as the width. The order shows in the
 * last bit, because the first pass is rounded.
 */
function isVerticalFirst(
  photo: { readonly width: number; readonly height: number },
  resized: { readonly width: number; readonly height: number },
): boolean {
  const lost = photo.height - resized.height;
  return lost > 0 && lost > 2 * (photo.width - resized.width);
}

/** Input pixels from `first` up to, but without, `end`. */
interface Span {
  readonly first: number;
  readonly end: number;
}

function spanOf({ starts, lengths }: Weights): Span {
  const last = starts.length - 1;
  return { first: starts[0]!, end: starts[last]! + lengths[last]! };
}
