/**
 * The inverse discrete cosine transform of an 8 x 8 block in AssemblyScript: the "islow" transform that libjpeg-turbo uses by default (jidctint.c, and
 * with the same results its vector forms), so that pixels are bit-identical to Pillow's. 13 bits of fraction in constants, 2 between the passes.
 */

// Two 16-bit factors for i32x4.dot_i16x8_s, which multiplies pairs and adds them up. FIX(x) = round(x * 2^13).
const EVEN_2: i32 = pair(4433, 4433 - 15137);
const EVEN_3: i32 = pair(4433 + 6270, 4433);
const ODD_Z3: i32 = pair(9633 - 16069, 9633);
const ODD_Z4: i32 = pair(9633, 9633 - 3196);
const ODD_0: i32 = pair(2446 - 7373, -7373);
const ODD_3: i32 = pair(-7373, 12299 - 7373);
const ODD_1: i32 = pair(16819 - 20995, -20995);
const ODD_2: i32 = pair(-20995, 25172 - 20995);

function pair(first: i32, second: i32): i32 {
  return (second << 16) | (first & 0xffff);
}

function low(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

function high(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

function dot(pairs: v128, factors: i32): v128 {
  return i32x4.dot_i16x8_s(pairs, i32x4.splat(factors));
}

function rounded(lower: v128, upper: v128, half: v128, bits: i32): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(lower, half), bits),
    i32x4.shr_s(i32x4.add(upper, half), bits),
  );
}

/**
 * Dequantises and transforms a block.
 * @param block int16 [8, 8]: coefficients, a row of the lowest vertical frequency first
 * @param quantisation int16 [8, 8]
 * @param output where the upper left pixel goes, uint8; rows are `stride` bytes apart
 */
// eslint-disable-next-line max-lines-per-function -- Its vectors stay in registers only within one function.
export function transformBlock(
  block: usize,
  quantisation: usize,
  output: usize,
  stride: i32,
): void {
  let r0 = i16x8.mul(v128.load(block), v128.load(quantisation));
  let r1 = i16x8.mul(v128.load(block, 16), v128.load(quantisation, 16));
  let r2 = i16x8.mul(v128.load(block, 32), v128.load(quantisation, 32));
  let r3 = i16x8.mul(v128.load(block, 48), v128.load(quantisation, 48));
  let r4 = i16x8.mul(v128.load(block, 64), v128.load(quantisation, 64));
  let r5 = i16x8.mul(v128.load(block, 80), v128.load(quantisation, 80));
  let r6 = i16x8.mul(v128.load(block, 96), v128.load(quantisation, 96));
  let r7 = i16x8.mul(v128.load(block, 112), v128.load(quantisation, 112));
  let bits = 11;
  // Columns, then rows: the same work on the transposed block.
  for (let pass = 0; pass < 2; pass += 1) {
    const half = i32x4.splat(1 << (bits - 1));
    // Even rows; `a` is the lower half of the columns, `b` the upper.
    const even = low(r2, r6);
    const evenHigh = high(r2, r6);
    const a2 = dot(even, EVEN_2);
    const b2 = dot(evenHigh, EVEN_2);
    const a3 = dot(even, EVEN_3);
    const b3 = dot(evenHigh, EVEN_3);
    const sum = i16x8.add(r0, r4);
    const difference = i16x8.sub(r0, r4);
    const a0 = i32x4.shl(i32x4.extend_low_i16x8_s(sum), 13);
    const b0 = i32x4.shl(i32x4.extend_high_i16x8_s(sum), 13);
    const a1 = i32x4.shl(i32x4.extend_low_i16x8_s(difference), 13);
    const b1 = i32x4.shl(i32x4.extend_high_i16x8_s(difference), 13);
    const a10 = i32x4.add(a0, a3);
    const b10 = i32x4.add(b0, b3);
    const a13 = i32x4.sub(a0, a3);
    const b13 = i32x4.sub(b0, b3);
    const a11 = i32x4.add(a1, a2);
    const b11 = i32x4.add(b1, b2);
    const a12 = i32x4.sub(a1, a2);
    const b12 = i32x4.sub(b1, b2);
    // Odd rows.
    const z3 = i16x8.add(r7, r3);
    const z4 = i16x8.add(r5, r1);
    const z = low(z3, z4);
    const zHigh = high(z3, z4);
    const az3 = dot(z, ODD_Z3);
    const bz3 = dot(zHigh, ODD_Z3);
    const az4 = dot(z, ODD_Z4);
    const bz4 = dot(zHigh, ODD_Z4);
    const outer = low(r7, r1);
    const outerHigh = high(r7, r1);
    const inner = low(r5, r3);
    const innerHigh = high(r5, r3);
    const c0 = i32x4.add(dot(outer, ODD_0), az3);
    const d0 = i32x4.add(dot(outerHigh, ODD_0), bz3);
    const c3 = i32x4.add(dot(outer, ODD_3), az4);
    const d3 = i32x4.add(dot(outerHigh, ODD_3), bz4);
    const c1 = i32x4.add(dot(inner, ODD_1), az4);
    const d1 = i32x4.add(dot(innerHigh, ODD_1), bz4);
    const c2 = i32x4.add(dot(inner, ODD_2), az3);
    const d2 = i32x4.add(dot(innerHigh, ODD_2), bz3);
    // Together.
    const o0 = rounded(i32x4.add(a10, c3), i32x4.add(b10, d3), half, bits);
    const o7 = rounded(i32x4.sub(a10, c3), i32x4.sub(b10, d3), half, bits);
    const o1 = rounded(i32x4.add(a11, c2), i32x4.add(b11, d2), half, bits);
    const o6 = rounded(i32x4.sub(a11, c2), i32x4.sub(b11, d2), half, bits);
    const o2 = rounded(i32x4.add(a12, c1), i32x4.add(b12, d1), half, bits);
    const o5 = rounded(i32x4.sub(a12, c1), i32x4.sub(b12, d1), half, bits);
    const o3 = rounded(i32x4.add(a13, c0), i32x4.add(b13, d0), half, bits);
    const o4 = rounded(i32x4.sub(a13, c0), i32x4.sub(b13, d0), half, bits);
    // Transposed.
    const p0 = low(o0, o4);
    const p1 = high(o0, o4);
    const p2 = low(o1, o5);
    const p3 = high(o1, o5);
    const p4 = low(o2, o6);
    const p5 = high(o2, o6);
    const p6 = low(o3, o7);
    const p7 = high(o3, o7);
    const q0 = low(p0, p4);
    const q1 = high(p0, p4);
    const q2 = low(p1, p5);
    const q3 = high(p1, p5);
    const q4 = low(p2, p6);
    const q5 = high(p2, p6);
    const q6 = low(p3, p7);
    const q7 = high(p3, p7);
    r0 = low(q0, q4);
    r1 = high(q0, q4);
    r2 = low(q1, q5);
    r3 = high(q1, q5);
    r4 = low(q2, q6);
    r5 = high(q2, q6);
    r6 = low(q3, q7);
    r7 = high(q3, q7);
    bits = 18;
  }
  output = storeRows(r0, r1, output, stride);
  output = storeRows(r2, r3, output, stride);
  output = storeRows(r4, r5, output, stride);
  storeRows(r6, r7, output, stride);
}

/** Moves two rows from -128...127 to 0...255 and stores them; gives the place of the row after. */
function storeRows(first: v128, second: v128, output: usize, stride: i32): usize {
  const pixels = v128.xor(i8x16.narrow_i16x8_s(first, second), i8x16.splat(-128));
  v128.store_lane<u64>(output, pixels, 0);
  v128.store_lane<u64>(output + stride, pixels, 1);
  return output + 2 * stride;
}

/** The transform of a block with nothing but its first coefficient, which makes it a plain square. */
export function fillBlock(coefficient: i32, quantisation: usize, output: usize, stride: i32): void {
  // Of 16 bits, as in libjpeg-turbo's vectors: what absurd factors come to is the same, too.
  const scaled = i16((coefficient * (load<i16>(quantisation) as i32)) << 2);
  const level = (((scaled as i32) + 16) >> 5) + 128;
  const pixels = u64(min(max(level, 0), 255)) * 0x0101010101010101;
  for (let row = 0; row < 8; row += 1) {
    store<u64>(output, pixels);
    output += stride;
  }
}
