/**
 * Reads the entropy-coded data of a JPEG file (ITU-T T.81, annex F.2.2) in AssemblyScript: bits, Huffman codes and the coefficients of a block.
 * The tables that codes are looked up in are described and made in huffman.ts.
 */

/** Bits that a table is indexed by; huffman.ts has the same number. */
const LOOKUP_BITS: i32 = 10;
const LIMITS: usize = 4 << LOOKUP_BITS;
const OFFSETS: usize = LIMITS + 4 * 18;
const SYMBOLS: usize = OFFSETS + 4 * 18;
const SKIPS: usize = SYMBOLS + 256;

/** In a table's entry: the value behind the code is in it, too. */
const HAS_VALUE: i32 = 64;
/** In place of a run: no further coefficient. */
const END_OF_BLOCK: i32 = 128;

/** The next bits, the first of them on the left, and how many there are. */
let bits: u64 = 0;
let available: i32 = 0;
/** Bits of `available` that are no data, because it ended. */
let padding: i32 = 0;
let input: usize = 0;
let end: usize = 0;
/** What could not be read, however it is; nothing is read any more. */
let isDamaged: bool = false;

/** Starts at `from`; nothing at or behind `until` is read. */
export function openData(from: usize, until: usize): void {
  input = from;
  end = until;
  isDamaged = false;
  dropBits();
}

/** Whether all that was read was there and made sense. */
export function isSound(): bool {
  return !isDamaged && padding <= available;
}

/**
 * Where the marker is that ends the data; its first byte is 255. What is left of a byte before it does not count.
 * @returns 0 if the data does not end here
 */
export function markerAfterData(): usize {
  if (available - padding >= 8 || input + 2 > end) return 0;
  // Bits are fetched only up to a marker, so a byte of data would still be there.
  if (load<u8>(input) !== 0xff || load<u8>(input, 1) === 0) return 0;
  return input;
}

/** Takes the restart marker RST0...RST7 that has to be here. */
export function takeRestart(number: i32): bool {
  const marker = markerAfterData();
  if (!isSound() || marker === 0 || load<u8>(marker, 1) !== 0xd0 + number) return false;
  input = marker + 2;
  dropBits();
  return true;
}

function dropBits(): void {
  bits = 0;
  available = 0;
  padding = 0;
}

/**
 * Makes at least 32 bits available, which are enough for any code and the value behind it, where there are fewer.
 * @param next the bits that are there, `count` of them
 * @returns the bits; how many there are is in `available`
 */
function moreBits(next: u64, count: i32): u64 {
  if (input + 4 <= end) {
    const word = load<u32>(input);
    // Whether none of the four bytes is 255, which has a meaning.
    if ((word & ~(word + 0x01010101) & 0x80808080) === 0) {
      input += 4;
      available = count + 32;
      return next | (u64(bswap(word)) << (32 - count));
    }
  }
  bits = next;
  available = count;
  fetchBytes();
  return bits;
}

function fetchBytes(): void {
  while (available <= 56) {
    let byte: u64 = 0;
    if (input < end) {
      byte = load<u8>(input);
      if (byte !== 0xff) input += 1;
      else if (input + 1 < end && load<u8>(input, 1) === 0) input += 2;
      else byte = 0x100; // A marker.
    } else byte = 0x100;
    if (byte === 0x100) padding += 8;
    else bits |= byte << (56 - available);
    available += 8;
  }
}

function take(count: i32): void {
  bits <<= count;
  available -= count;
}

/** The symbol of a code that is longer than LOOKUP_BITS; takes the code. */
function longSymbol(table: usize): i32 {
  const code = i32(bits >> 48);
  for (let length = LOOKUP_BITS + 1; length <= 16; length += 1) {
    if (code >= load<i32>(table + LIMITS + (length << 2))) continue;
    const place = (code >> (16 - length)) + load<i32>(table + OFFSETS + (length << 2));
    take(length);
    return load<u8>(table + SYMBOLS + (place & 0xff));
  }
  isDamaged = true;
  return 0;
}

/** The symbol of a table's entry without a value; takes the code. */
function takeSymbol(entry: i32, table: usize): i32 {
  if (entry === 0) return longSymbol(table);
  take(entry & 63);
  return (entry >> 8) & 0xff;
}

/** The signed value of so many bits, at most 15; takes them. */
function takeValue(size: i32): i32 {
  const value = i32(bits >> (64 - size));
  take(size);
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/** The difference of a block's first coefficient to the one before. */
function takeDifference(table: usize): i32 {
  if (available < 32) bits = moreBits(bits, available);
  const entry = load<i32>(table + (usize(bits >> (64 - LOOKUP_BITS)) << 2));
  if (entry & HAS_VALUE) {
    take(entry & 63);
    return entry >> 16;
  }
  const size = takeSymbol(entry, table);
  if (size > 15) {
    isDamaged = true;
    return 0;
  }
  return size === 0 ? 0 : takeValue(size);
}

/**
 * Reads a block into `block`, int16 [8, 8], which has to be zero but for the first coefficient.
 * @param order bytes [64]: place of each coefficient in `block`, in bytes, in the order of the file
 * @param previous the block before's first coefficient
 * @returns the first coefficient in the upper, whether there is another one in the lowest bit
 */
export function readBlock(
  dcTable: usize,
  acTable: usize,
  order: usize,
  block: usize,
  previous: i32,
): i32 {
  const first = previous + takeDifference(dcTable);
  store<i16>(block, i16(first));
  let place = 1;
  let hasOthers = 0;
  // Locals are registers; globals are memory.
  let next = bits;
  let count = available;
  while (place < 64) {
    if (count < 32) {
      next = moreBits(next, count);
      count = available;
    }
    const entry = load<i32>(acTable + (usize(next >> (64 - LOOKUP_BITS)) << 2));
    if (entry & HAS_VALUE) {
      next <<= entry; // By its lowest six bits.
      count -= entry & 63;
      place += (entry >> 8) & 0xff;
      if (place > 63) {
        if (place < END_OF_BLOCK) isDamaged = true;
        break;
      }
      store<i16>(block + load<u8>(order + place), i16(entry >> 16));
    } else {
      bits = next;
      available = count;
      place = readLong(entry, acTable, order, block, place);
      next = bits;
      count = available;
      if (place === END_OF_BLOCK) break;
    }
    hasOthers = 1;
    place += 1;
  }
  bits = next;
  available = count;
  if (place > 64 && place < END_OF_BLOCK) isDamaged = true;
  return (first << 1) | hasOthers;
}

/** A coefficient of which the table has not got the value; returns its place, one less after a run of 16 zeros, or END_OF_BLOCK. */
function readLong(entry: i32, table: usize, order: usize, block: usize, place: i32): i32 {
  const symbol = takeSymbol(entry, table);
  const size = symbol & 15;
  const run = symbol >> 4;
  if (size === 0) return run === 15 ? place + 15 : END_OF_BLOCK;
  place += run;
  if (place > 63) {
    isDamaged = true;
    return END_OF_BLOCK;
  }
  store<i16>(block + load<u8>(order + place), i16(takeValue(size)));
  return place;
}

/** Reads past a block. @returns its first coefficient */
export function skipBlock(dcTable: usize, acTable: usize, previous: i32): i32 {
  const first = previous + takeDifference(dcTable);
  let place = 1;
  let next = bits;
  let count = available;
  while (place < 64) {
    if (count < 32) {
      next = moreBits(next, count);
      count = available;
    }
    const index = usize(next >> (64 - LOOKUP_BITS));
    // What a block has no room for may belong to the next one: only in its first half is more than one coefficient taken at once.
    const skips: i32 = place < 32 ? load<u16>(acTable + SKIPS + (index << 1)) : 0;
    if (skips !== 0) {
      next <<= skips;
      count -= skips & 63;
      place += skips >> 8;
      continue;
    }
    const entry = load<i32>(acTable + (index << 2));
    if (entry & HAS_VALUE) {
      next <<= entry; // By its lowest six bits.
      count -= entry & 63;
      place += ((entry >> 8) & 0xff) + 1;
    } else {
      bits = next;
      available = count;
      place += skipLong(entry, acTable) + 1;
      next = bits;
      count = available;
    }
  }
  bits = next;
  available = count;
  if (place > 64 && place < END_OF_BLOCK) isDamaged = true;
  return first;
}

/** Takes a coefficient of which the table has not got the value; returns the zeros before it, or END_OF_BLOCK. */
function skipLong(entry: i32, table: usize): i32 {
  const symbol = takeSymbol(entry, table);
  const run = symbol >> 4;
  if ((symbol & 15) === 0) return run === 15 ? 15 : END_OF_BLOCK;
  take(symbol & 15);
  return run;
}
