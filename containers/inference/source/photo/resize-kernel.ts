import { kernelBinary } from "./resize-kernel.generated";

/**
 * The two inner loops of resizing in WebAssembly with 128-bit vectors, three times as fast as in JavaScript (resize-kernel.assembly.ts). Both compute
 * (2^21 + sum of pixel x weight) >> 22 in 32-bit integers, as Pillow does. Addresses are byte offsets in the kernel's memory.
 */
export interface ResizeKernel {
  /**
   * One row, horizontally: `count` output pixels at `output`. Reads one byte and writes one byte beyond what it needs.
   * @param starts int32 [count]: address of each output pixel's first input pixel
   * @param lengths int32 [count]: number of its input pixels, at least 1
   * @param weights int32 [count, weightStride / 4]
   * @param weightStride bytes from one output pixel's weights to the next one's
   */
  readonly columns: (
    output: number,
    count: number,
    starts: number,
    lengths: number,
    weights: number,
    weightStride: number,
  ) => void;
  /**
   * One output row, vertically, from `taps` input rows that lie `rowLength` bytes apart. Works in steps of 16 bytes: it reads and writes up to 15
   * bytes beyond `length`.
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

/** The kernel, working in the memory given. */
export function resizeKernel(memory: WebAssembly.Memory): ResizeKernel {
  const module = new WebAssembly.Module(Buffer.from(kernelBinary, "base64"));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as ResizeKernel;
}
