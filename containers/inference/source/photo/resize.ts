/**
 * Resizing and centre cropping, bit-identical to torchvision's `Resize` and `CenterCrop` on a Pillow image, which is what the model was trained on.
 *
 * Pillow's bilinear filter is a triangle stretched by the scale (so it averages when it shrinks), applied horizontally, rounded to 8 bits, then
 * vertically, with weights in 22-bit fixed point: `precompute_coeffs` and `normalize_coeffs_8bpc` in Pillow's src/libImaging/Resample.c.
 * Each output pixel depends on nothing but its own weights, so only the pixels of the crop are computed.
 */

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
const half = 1 << (precisionBits - 1);

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

/**
 * Resizes and crops photos one after another; what lies between the two passes is kept in one buffer that grows to the largest photo's needs.
 */
export class Resizer {
  private scratch = new Uint8Array(0);

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
    const source = { data: photo.data, rowLength: photo.width * 3, firstRow: 0, firstColumn: 0 };
    if (isVerticalFirst(photo, { width, height })) {
      const { first, end } = spanOf(columns);
      const rowLength = (end - first) * 3;
      const data = this.buffer(crop * rowLength);
      resizeRows(source, rows, { first, end }, data);
      const flattened = { data, rowLength, firstRow: 0, firstColumn: first };
      resizeColumns(flattened, columns, { first: 0, end: crop }, target);
    } else {
      const { first, end } = spanOf(rows);
      const rowLength = crop * 3;
      const data = this.buffer((end - first) * rowLength);
      resizeColumns(source, columns, { first, end }, data);
      const narrowed = { data, rowLength, firstRow: first, firstColumn: 0 };
      resizeRows(narrowed, rows, { first: 0, end: crop }, target);
    }
  }

  private buffer(length: number): Uint8Array {
    if (this.scratch.length < length) this.scratch = new Uint8Array(length);
    return this.scratch;
  }
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

/** Part of a photo between the two passes: rows and columns before the first are left out. */
interface Part {
  readonly data: Uint8Array;
  /** Bytes of a row. */
  readonly rowLength: number;
  readonly firstRow: number;
  readonly firstColumn: number;
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

/** The horizontal pass over the rows of `span`: one output row for each. */
function resizeColumns(input: Part, weights: Weights, span: Span, output: Uint8Array): void {
  const { starts, lengths, values, stride } = weights;
  const { data, rowLength, firstRow, firstColumn } = input;
  const count = starts.length;
  let out = 0;
  for (let row = span.first; row < span.end; row += 1) {
    const rowOffset = (row - firstRow) * rowLength - firstColumn * 3;
    for (let column = 0; column < count; column += 1, out += 3) {
      let pixel = rowOffset + starts[column]! * 3;
      let red = half;
      let green = half;
      let blue = half;
      const firstTap = column * stride;
      const endTap = firstTap + lengths[column]!;
      for (let tap = firstTap; tap < endTap; tap += 1, pixel += 3) {
        const weight = values[tap]!;
        red = (red + Math.imul(data[pixel]!, weight)) | 0;
        green = (green + Math.imul(data[pixel + 1]!, weight)) | 0;
        blue = (blue + Math.imul(data[pixel + 2]!, weight)) | 0;
      }
      output[out] = red >> precisionBits;
      output[out + 1] = green >> precisionBits;
      output[out + 2] = blue >> precisionBits;
    }
  }
}

/** The vertical pass over the columns of `span`: one output row for each of the weights'. */
function resizeRows(input: Part, weights: Weights, span: Span, output: Uint8Array): void {
  const { starts, lengths, values, stride } = weights;
  const { data, rowLength, firstRow, firstColumn } = input;
  const length = (span.end - span.first) * 3;
  const sums = new Int32Array(length);
  for (let row = 0; row < starts.length; row += 1) {
    sums.fill(half);
    for (let tap = 0; tap < lengths[row]!; tap += 1) {
      const weight = values[row * stride + tap]!;
      const offset = (starts[row]! + tap - firstRow) * rowLength + (span.first - firstColumn) * 3;
      for (let index = 0; index < length; index += 1) {
        sums[index] = (sums[index]! + Math.imul(data[offset + index]!, weight)) | 0;
      }
    }
    for (let index = 0; index < length; index += 1) {
      output[row * length + index] = sums[index]! >> precisionBits;
    }
  }
}
