import { kernelBinary } from "./kernel.generated";

/**
 * The inner loops of preprocessing in WebAssembly with 128-bit vectors (kernel.assembly.ts). Addresses are byte offsets in the
 * kernel's memory, and nothing outside that memory can be read or written, whatever a photo holds.
 */
export interface Kernel {
  /**
   * Resizes one row, horizontally: `count` output pixels at `output`, each (2^21 + sum of pixel x weight) >> 22 in 32-bit
   * integers, as Pillow computes it. Reads four bytes beyond the last pixel that it should read, and writes one byte beyond what
   * it should write.
   * @param input address of the row
   * @param starts int32 [count]: where in the row each output pixel's first input pixel is, in bytes
   * @param weights int16 [count, pairs, 2, 2]: of each two input pixels the fine parts of their weights, then the coarse ones, in
   *   units of 2^coarseBits
   */
  readonly columns: (
    input: number,
    output: number,
    count: number,
    starts: number,
    weights: number,
    pairs: number,
  ) => void;
  /**
   * Resizes to one row, vertically, from `taps` input rows that lie `rowLength` bytes apart. Works in steps of 16 bytes: it reads
   * and writes up to 15 bytes beyond `length`.
   * @param weights int32 [taps], at least 1
   */
  readonly rows: (
    input: number,
    rowLength: number,
    taps: number,
    weights: number,
    length: number,
    output: number,
  ) => void;
}

/** As in resize.assembly.ts. */
export const coarseBits = 11;

const pageBytes = 65_536;
/** Bytes behind whatever is reserved, which the kernel may read or write. */
const padding = 16;
/** A memory that a large photo has made larger than this is given back after it. */
const keptBytes = 8 * 1024 * 1024;

/** The kernel and its memory, which is given out piece by piece for one photo and then for the next. */
export class KernelMemory {
  kernel!: Kernel;
  private module?: WebAssembly.Module;
  private memory!: WebAssembly.Memory;
  private next = 0;
  private view!: Uint8Array;

  constructor() {
    this.renew();
  }

  /** All of it; only until the next {@link reserve}. */
  get bytes(): Uint8Array {
    return this.view;
  }

  /** Begins anew: everything reserved is free again. */
  clear(): void {
    this.next = 0;
    if (this.view.length > keptBytes) this.renew();
  }

  /**
   * Address of so many free bytes, divisible by 16, with some to spare behind and, but for the first, before them. Their content
   * is undefined.
   */
  reserve(length: number): number {
    const address = this.next;
    this.next = Math.ceil((address + length) / 16) * 16 + padding;
    const missing = this.next - this.view.length;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / pageBytes));
      this.view = new Uint8Array(this.memory.buffer);
    }
    return address;
  }

  /** Reserves room for numbers and copies them there. */
  place(numbers: Int32Array | Int16Array | Uint8Array): number {
    const address = this.reserve(numbers.byteLength);
    const { buffer, byteOffset, byteLength } = numbers;
    this.view.set(new Uint8Array(buffer, byteOffset, byteLength), address);
    return address;
  }

  private renew(): void {
    this.module ??= new WebAssembly.Module(Buffer.from(kernelBinary, "base64"));
    this.memory = new WebAssembly.Memory({ initial: 16 });
    this.view = new Uint8Array(this.memory.buffer);
    const { exports } = new WebAssembly.Instance(this.module, { env: { memory: this.memory } });
    this.kernel = exports as unknown as Kernel;
  }
}
