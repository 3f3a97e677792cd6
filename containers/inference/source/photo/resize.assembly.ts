/**
 * The two inner loops of resizing, in AssemblyScript: 128-bit vectors, (2^21 + sum of pixel x weight) >> 22 in 32-bit integers as
 * Pillow computes it. Addresses are byte offsets; what the parameters are is said in kernel.ts.
 */
const precisionBits: i32 = 22;
/** What the coarse part of a weight counts in; kernel.ts has the same number. */
const COARSE_BITS: i32 = 11;

export function columns(
  input: usize,
  output: usize,
  count: i32,
  starts: usize,
  weights: usize,
  pairs: i32,
): void {
  // Two pixels' bytes as 16-bit numbers, each channel's two next to each other.
  const order = i8x16(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  const endOutput = output + 3 * count;
  while (output < endOutput) {
    let pixel: usize = input + load<u32>(starts);
    const endWeight = weights + (pairs << 3);
    let fine = i32x4.splat(1 << (precisionBits - 1));
    let coarse = i32x4.splat(0);
    do {
      const channels = i8x16.swizzle(v128.load_zero<u64>(pixel), order);
      fine = i32x4.add(fine, i32x4.dot_i16x8_s(channels, v128.load_splat<i32>(weights)));
      coarse = i32x4.add(coarse, i32x4.dot_i16x8_s(channels, v128.load_splat<i32>(weights, 4)));
      pixel += 6;
      weights += 8;
    } while (weights < endWeight);
    const sum = i32x4.add(i32x4.shl(coarse, COARSE_BITS), fine);
    const integers = i32x4.shr_s(sum, precisionBits);
    const halves = i16x8.narrow_i32x4_s(integers, integers);
    v128.store_lane<u32>(output, i8x16.narrow_i16x8_u(halves, halves), 0);
    output += 3;
    starts += 4;
  }
}

export function rows(
  input: usize,
  rowLength: usize,
  taps: i32,
  weights: usize,
  length: usize,
  output: usize,
): void {
  const endOutput = output + length;
  const endWeight = weights + (taps << 2);
  while (output < endOutput) {
    let pixel = input;
    let weight = weights;
    // Sixteen bytes side by side, as four times four 32-bit sums.
    let first = i32x4.splat(1 << (precisionBits - 1));
    let second = first;
    let third = first;
    let fourth = first;
    do {
      const bytes = v128.load(pixel);
      const factor = v128.load_splat<i32>(weight);
      const low = i16x8.extend_low_i8x16_u(bytes);
      const high = i16x8.extend_high_i8x16_u(bytes);
      first = i32x4.add(first, i32x4.mul(i32x4.extend_low_i16x8_u(low), factor));
      second = i32x4.add(second, i32x4.mul(i32x4.extend_high_i16x8_u(low), factor));
      third = i32x4.add(third, i32x4.mul(i32x4.extend_low_i16x8_u(high), factor));
      fourth = i32x4.add(fourth, i32x4.mul(i32x4.extend_high_i16x8_u(high), factor));
      pixel += rowLength;
      weight += 4;
    } while (weight < endWeight);
    const left = i16x8.narrow_i32x4_s(
      i32x4.shr_s(first, precisionBits),
      i32x4.shr_s(second, precisionBits),
    );
    const right = i16x8.narrow_i32x4_s(
      i32x4.shr_s(third, precisionBits),
      i32x4.shr_s(fourth, precisionBits),
    );
    v128.store(output, i8x16.narrow_i16x8_u(left, right));
    input += 16;
    output += 16;
  }
}
