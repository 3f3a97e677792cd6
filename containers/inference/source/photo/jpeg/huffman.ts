/**
 * Tables that entropy.assembly.ts looks codes up in. One table is
 *
 *     int32 [1024]  by the next 10 bits:
 *                     bits 0-5    bits taken; all 0 where the code is longer
 *                     bit 6       whether the value behind the code is taken with it
 *                     bits 8-15   with a value: zeros before it, or 128 at the end of a block; otherwise the symbol
 *                     bits 16-31  with a value: the value
 *     int32 [18]    by length: what codes of that length, moved to the left of 16 bits, are less than
 *     int32 [18]    by length: place of a code's symbol less the code
 *     uint8 [256]   symbols, in the order of their codes
 *     uint16 [1024] of coefficients, by the next 10 bits: what can be skipped at once of those whose codes are all in these bits
 *                     bits 0-5    bits taken, with the values; all 0 where the first code is longer
 *                     bits 8-15   coefficients, of which there are 32 at most; 128 more at the end of a block
 */

/** As in entropy.assembly.ts. */
const lookupBits = 10;
const lengthsAt = 1 << lookupBits;
const symbolsAt = 4 * (lengthsAt + 36);
const skipsAt = symbolsAt + 256;
const tableBytes = skipsAt + 2 * (1 << lookupBits);
const hasValue = 64;
const endOfBlock = 128;
const mostSkipped = 32;

export interface HuffmanCode {
  /** Codes of each length from 1 to 16 bits. */
  readonly counts: Uint8Array;
  /** In the order of their codes. */
  readonly symbols: Uint8Array;
}

/** What a symbol is: the size of a difference between first coefficients, or a run of zeros and the size of a coefficient. */
type Kind = "dc" | "ac";

/** Tables that were made last: nearly all photos have the codes that T.81 gives as an example. */
const made = new Map<string, Uint8Array>();
const keptTables = 8;

/**
 * The table of a code, not to be changed.
 * @returns undefined if the code is none
 */
export function huffmanTable(code: HuffmanCode, kind: Kind): Uint8Array | undefined {
  const name = `${kind} ${text(code.counts)} ${text(code.symbols)}`;
  const table = made.get(name) ?? makeTable(code, kind);
  if (!table) return undefined;
  made.delete(name);
  made.set(name, table);
  const [oldest] = made.keys();
  if (made.size > keptTables) made.delete(oldest!);
  return table;
}

function text({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

function makeTable({ counts, symbols }: HuffmanCode, kind: Kind): Uint8Array | undefined {
  const bytes = new Uint8Array(tableBytes);
  // By the next 10 bits, the symbol and the length of the code that they begin with; 0 where it is longer.
  const codes = new Uint16Array(1 << lookupBits);
  const numbers = new Int32Array(bytes.buffer, 0, symbolsAt / 4);
  bytes.set(symbols, symbolsAt);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= 16; length += 1) {
    const count = counts[length - 1]!;
    numbers[lengthsAt + 18 + length] = place - code;
    if (length <= lookupBits) {
      for (let index = 0; index < count; index += 1) {
        const spare = lookupBits - length;
        const symbol = symbols[place + index]!;
        codes.fill((symbol << 8) | length, (code + index) << spare, (code + index + 1) << spare);
      }
    }
    code += count;
    place += count;
    if (code > 1 << length) return undefined;
    numbers[lengthsAt + length] = code << (16 - length);
    code <<= 1;
  }
  codes.forEach((found, next) => {
    numbers[next] = entryOf(found, next, kind);
  });
  if (kind === "ac") fillSkips(new Uint16Array(bytes.buffer, skipsAt), codes);
  return bytes;
}

function fillSkips(skips: Uint16Array, codes: Uint16Array): void {
  for (let bits = 0; bits < skips.length; bits += 1) {
    let taken = 0;
    let coefficients = 0;
    while (taken < lookupBits) {
      const code = codes[(bits << taken) & (skips.length - 1)]!;
      const length = code & 0xff;
      if (length === 0 || length > lookupBits - taken) break;
      const size = (code >> 8) & 15;
      const run = code >> 12;
      // A run takes 16 coefficients at most, and no more than 32 are taken in all.
      if (coefficients + run + 1 > mostSkipped) break;
      taken += length + size;
      coefficients += run + 1;
      if (size === 0 && run < 15) {
        coefficients += endOfBlock - run;
        break;
      }
    }
    skips[bits] = (coefficients << 8) | taken;
  }
}

/** A table's entry for the next 10 bits, which begin with the code of this symbol and length. */
function entryOf(code: number, next: number, kind: Kind): number {
  const length = code & 0xff;
  if (length === 0) return 0;
  const symbol = code >> 8;
  const size = kind === "dc" ? symbol : symbol & 15;
  const run = kind === "dc" ? 0 : symbol >> 4;
  const isEnd = kind === "ac" && size === 0 && run < 15;
  const isZero = kind === "dc" && size === 0;
  if (isEnd || isZero) return length | hasValue | ((isEnd ? endOfBlock : 0) << 8);
  const taken = length + size;
  // A run of 16 zeros, or a value that is not all in these bits.
  if (size === 0 || taken > lookupBits) return code;
  const bits = (next >> (lookupBits - taken)) & ((1 << size) - 1);
  const value = bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  return (value << 16) | (run << 8) | hasValue | taken;
}
