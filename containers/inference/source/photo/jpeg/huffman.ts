/**
 * Tables that entropy.assembly.ts looks codes up in. One table is
 *
 *     int32 [1024]  by the next 10 bits:
 *                     bits 0-4    bits taken; all 0 where the code is longer
 *                     bit 5       whether the value behind the code is taken with it
 *                     bits 8-15   with a value: zeros before it, or 128 at the end of a block; otherwise the symbol
 *                     bits 16-31  with a value: the value
 *     int32 [18]    by length: what codes of that length, moved to the left of 16 bits, are less than
 *     int32 [18]    by length: place of a code's symbol less the code
 *     uint8 [256]   symbols, in the order of their codes
 */

/** As in entropy.assembly.ts. */
const lookupBits = 10;
const lengthsAt = 1 << lookupBits;
const symbolsAt = 4 * (lengthsAt + 36);
const hasValue = 32;
const endOfBlock = 128;

export interface HuffmanCode {
  /** Codes of each length from 1 to 16 bits. */
  readonly counts: Uint8Array;
  /** In the order of their codes. */
  readonly symbols: Uint8Array;
}

/**
 * The table of a code.
 * @param kind "dc": a symbol is the size of a difference; "ac": a run of zeros and the size of a coefficient
 * @returns undefined if the code is none
 */
export function huffmanTable(
  { counts, symbols }: HuffmanCode,
  kind: "dc" | "ac",
): Uint8Array | undefined {
  const bytes = new Uint8Array(symbolsAt + 256);
  const numbers = new Int32Array(bytes.buffer, 0, symbolsAt / 4);
  bytes.set(symbols, symbolsAt);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= 16; length += 1) {
    const count = counts[length - 1]!;
    numbers[lengthsAt + 18 + length] = place - code;
    if (length <= lookupBits) {
      for (let index = 0; index < count; index += 1) {
        fillEntries(numbers, code + index, length, symbols[place + index]!, kind);
      }
    }
    code += count;
    place += count;
    if (code > 1 << length) return undefined;
    numbers[lengthsAt + length] = code << (16 - length);
    code <<= 1;
  }
  return bytes;
}

/** Fills the entries of all 10 bits that begin with a code. */
function fillEntries(
  numbers: Int32Array,
  code: number,
  length: number,
  symbol: number,
  kind: "dc" | "ac",
): void {
  const spare = lookupBits - length;
  const size = kind === "dc" ? symbol : symbol & 15;
  const run = kind === "dc" ? 0 : symbol >> 4;
  const first = code << spare;
  const end = Math.min((code + 1) << spare, 1 << lookupBits);
  const isEnd = kind === "ac" && size === 0 && run < 15;
  const isZero = kind === "dc" && size === 0;
  if (isEnd || isZero) {
    numbers.fill(length | hasValue | ((isEnd ? endOfBlock : 0) << 8), first, end);
  } else if (size > 0 && size <= spare) {
    for (let entry = first; entry < end; entry += 1) {
      const bits = (entry >> (spare - size)) & ((1 << size) - 1);
      const value = bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
      numbers[entry] = (value << 16) | (run << 8) | hasValue | (length + size);
    }
  } else numbers.fill((symbol << 8) | length, first, end);
}
