/** Buffers larger than this are freed rather than kept: few photos need them, and they would stay for good. */
export const largestKeptBuffer = 4 * 1024 * 1024;

const granularity = 64 * 1024;

/** Memory for decoded photos, used again and again: fresh memory costs a page fault every 4 kB, and the garbage collector a run every few photos. */
export class PixelBuffers {
  private readonly free: ArrayBuffer[] = [];

  /** @param kept buffers that are kept at most */
  constructor(private readonly kept: number) {}

  /** An array of so many bytes whose buffer, perhaps larger, can be transferred. Its content is undefined. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const index = this.free.findIndex(({ byteLength }) => byteLength >= length);
    const [buffer] = index < 0 ? [] : this.free.splice(index, 1);
    return new Uint8Array(buffer ?? uninitialised(length), 0, length);
  }

  /** Takes a buffer back. */
  give(buffer: ArrayBuffer): void {
    const isWanted = this.free.length < this.kept && buffer.byteLength <= largestKeptBuffer;
    if (isWanted && buffer.byteLength > 0) this.free.push(buffer);
  }
}

function uninitialised(length: number): ArrayBuffer {
  const size = Math.max(Math.ceil(length / granularity), 1) * granularity;
  return Buffer.allocUnsafeSlow(size).buffer;
}
