/** More than this is not kept for the next photo. */
const keptBytes = 8 * 1024 * 1024;

/** Memory that one photo after another is decoded into. */
export class ReusedBuffer {
  private buffer = new Uint8Array(0);

  /** So many bytes, whose content is undefined. */
  take(length: number): Uint8Array {
    if (length > keptBytes) return new Uint8Array(length);
    if (this.buffer.length < length) this.buffer = new Uint8Array(length);
    return this.buffer.subarray(0, length);
  }
}
