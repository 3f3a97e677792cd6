/**
 * From rows of luma and chroma to a row of RGB, as libjpeg-turbo does it by default ("fancy" upsampling in jdsample.c, jdcolor.c), 16 pixels at a time, in
 * AssemblyScript. Everything is read and written in whole steps: beyond what is asked there have to be 16 bytes to spare.
 */

// jdcolor.c's factors, less the multiples of 1 that a 16-bit number has no room for. Two have 15 bits of fraction instead of 16, which comes to the same
// number for every chroma from -128 to 127.
const RED_CR: i16 = 13173; // 1.40200 - 1
const BLUE_CB: i16 = -7471; // 1.77200 - 2
const GREEN_CB_CR: i32 = (18734 << 16) | (-22554 & 0xffff); // -0.34414, 1 - 0.71414
const HALF: i32 = 1 << 15;

/** Grey values [count], each three times. */
export function greyRow(luma: usize, count: i32, output: usize): void {
  const until = luma + count;
  while (luma < until) {
    const grey = v128.load(luma);
    storeInterleaved(grey, grey, grey, output);
    luma += 16;
    output += 48;
  }
}

/** A row whose chroma has a value for each pixel. */
export function fullRow(luma: usize, cb: usize, cr: usize, count: i32, output: usize): void {
  const until = luma + count;
  const middle = i16x8.splat(128);
  while (luma < until) {
    const blue = v128.load(cb);
    const red = v128.load(cr);
    storeColours(
      v128.load(luma),
      i16x8.sub(i16x8.extend_low_i8x16_u(blue), middle),
      i16x8.sub(i16x8.extend_high_i8x16_u(blue), middle),
      i16x8.sub(i16x8.extend_low_i8x16_u(red), middle),
      i16x8.sub(i16x8.extend_high_i8x16_u(red), middle),
      output,
    );
    luma += 16;
    cb += 16;
    cr += 16;
    output += 48;
  }
}

/**
 * A row whose chroma has a value for each two pixels.
 * @param cb int16 values as {@link blendRows} or {@link widenRow} makes them, with the first and the last one repeated beside them
 * @param isBlended whether they are of blendRows: four times as large
 */
export function halvedRow(
  luma: usize,
  cb: usize,
  cr: usize,
  count: i32,
  isBlended: bool,
  output: usize,
): void {
  const until = luma + count;
  const even = i16x8.splat(isBlended ? 8 : 1);
  const odd = i16x8.splat(isBlended ? 7 : 2);
  const shift = isBlended ? 4 : 2;
  const three = i16x8.splat(3);
  const middle = i16x8.splat(128);
  while (luma < until) {
    const thisCb = i16x8.mul(v128.load(cb), three);
    const evenCb = i16x8.shr_u(i16x8.add(i16x8.add(thisCb, v128.load(cb - 2)), even), shift);
    const oddCb = i16x8.shr_u(i16x8.add(i16x8.add(thisCb, v128.load(cb, 2)), odd), shift);
    const thisCr = i16x8.mul(v128.load(cr), three);
    const evenCr = i16x8.shr_u(i16x8.add(i16x8.add(thisCr, v128.load(cr - 2)), even), shift);
    const oddCr = i16x8.shr_u(i16x8.add(i16x8.add(thisCr, v128.load(cr, 2)), odd), shift);
    storeColours(
      v128.load(luma),
      i16x8.sub(v128.shuffle<i16>(evenCb, oddCb, 0, 8, 1, 9, 2, 10, 3, 11), middle),
      i16x8.sub(v128.shuffle<i16>(evenCb, oddCb, 4, 12, 5, 13, 6, 14, 7, 15), middle),
      i16x8.sub(v128.shuffle<i16>(evenCr, oddCr, 0, 8, 1, 9, 2, 10, 3, 11), middle),
      i16x8.sub(v128.shuffle<i16>(evenCr, oddCr, 4, 12, 5, 13, 6, 14, 7, 15), middle),
      output,
    );
    luma += 16;
    cb += 16;
    cr += 16;
    output += 48;
  }
}

/** Three parts of the nearer chroma row and one of the farther, where the height is halved, too: int16 [count]. */
export function blendRows(near: usize, far: usize, count: i32, output: usize): void {
  const until = near + count;
  const three = i16x8.splat(3);
  while (near < until) {
    const sum = i16x8.mul(v128.load8x8_u(near), three);
    v128.store(output, i16x8.add(sum, v128.load8x8_u(far)));
    near += 8;
    far += 8;
    output += 16;
  }
}

/** A chroma row as int16 [count]. */
export function widenRow(chroma: usize, count: i32, output: usize): void {
  const until = chroma + count;
  while (chroma < until) {
    v128.store(output, v128.load8x8_u(chroma));
    chroma += 8;
    output += 16;
  }
}

/** 16 pixels; chroma less 128, int16, the first eight and the second. */
function storeColours(
  luma: v128,
  cbFirst: v128,
  cbSecond: v128,
  crFirst: v128,
  crSecond: v128,
  output: usize,
): void {
  const first = i16x8.extend_low_i8x16_u(luma);
  const second = i16x8.extend_high_i8x16_u(luma);
  storeInterleaved(
    i8x16.narrow_i16x8_u(red(first, crFirst), red(second, crSecond)),
    i8x16.narrow_i16x8_u(green(first, cbFirst, crFirst), green(second, cbSecond, crSecond)),
    i8x16.narrow_i16x8_u(blue(first, cbFirst), blue(second, cbSecond)),
    output,
  );
}

/** round(chroma x factor), the factor with 15 bits of fraction. */
function scaled(chroma: v128, factor: i16): v128 {
  return i16x8.q15mulr_sat_s(chroma, i16x8.splat(factor));
}

function red(luma: v128, cr: v128): v128 {
  return i16x8.add(luma, i16x8.add(cr, scaled(cr, RED_CR)));
}

function blue(luma: v128, cb: v128): v128 {
  return i16x8.add(luma, i16x8.add(i16x8.shl(cb, 1), scaled(cb, BLUE_CB)));
}

function green(luma: v128, cb: v128, cr: v128): v128 {
  const factors = i32x4.splat(GREEN_CB_CR);
  const half = i32x4.splat(HALF);
  const lower = i32x4.dot_i16x8_s(v128.shuffle<i16>(cb, cr, 0, 8, 1, 9, 2, 10, 3, 11), factors);
  const upper = i32x4.dot_i16x8_s(v128.shuffle<i16>(cb, cr, 4, 12, 5, 13, 6, 14, 7, 15), factors);
  const both = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(lower, half), 16),
    i32x4.shr_s(i32x4.add(upper, half), 16),
  );
  return i16x8.add(i16x8.sub(luma, cr), both);
}

/** 16 pixels, red, green and blue next to each other. */
function storeInterleaved(red: v128, green: v128, blue: v128, output: usize): void {
  const low = v128.shuffle<i8>(red, green, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const high = v128.shuffle<i8>(
    red,
    green,
    8,
    24,
    9,
    25,
    10,
    26,
    11,
    27,
    12,
    28,
    13,
    29,
    14,
    30,
    15,
    31,
  );
  v128.store(
    output,
    v128.shuffle<i8>(low, blue, 0, 1, 16, 2, 3, 17, 4, 5, 18, 6, 7, 19, 8, 9, 20, 10),
  );
  const middleLow = v128.shuffle<i8>(
    low,
    blue,
    11,
    21,
    12,
    13,
    22,
    14,
    15,
    23,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  );
  const middleHigh = v128.shuffle<i8>(high, blue, 0, 1, 24, 2, 3, 25, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0);
  v128.store(output, v128.shuffle<i64>(middleLow, middleHigh, 0, 2), 16);
  v128.store(
    output,
    v128.shuffle<i8>(high, blue, 26, 6, 7, 27, 8, 9, 28, 10, 11, 29, 12, 13, 30, 14, 15, 31),
    32,
  );
}
