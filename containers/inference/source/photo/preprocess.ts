import { decodePhoto, type DecodeOptions } from "./decode";
import { DamagedJpeg, jpegRows } from "./jpeg/scan";
import { Resizer } from "./resize";
import { rowsOf, type Source } from "./rows";

/**
 * Photo -> tensor. Ordinary JPEG files are decoded row by row and only where the crop needs it; whatever is unusual or damaged about a file, sharp decodes
 * it, or says what is wrong with it.
 */
export class Preprocessor {
  private readonly resizer: Resizer;

  constructor(
    sizes: { readonly resize: number; readonly crop: number },
    private readonly options: DecodeOptions,
  ) {
    this.resizer = new Resizer(sizes);
  }

  /**
   * @param target uint8 [crop, crop, 3], filled with RGB
   * @throws RequestError as {@link decodePhoto} does
   */
  async fill(source: Source, target: Uint8Array): Promise<void> {
    if (source instanceof Uint8Array) {
      if (this.fillFromJpeg(source, target)) return;
      source = await decodePhoto(source, this.options);
    }
    this.resizer.resizeAndCrop(rowsOf(source), target);
  }

  /** @returns false if the file is none for the fast decoder */
  private fillFromJpeg(bytes: Uint8Array, target: Uint8Array): boolean {
    const rows = jpegRows(bytes, this.options);
    if (!rows) return false;
    try {
      this.resizer.resizeAndCrop(rows, target);
      return true;
    } catch (error) {
      // A RuntimeError is the kernel's: it was led out of its memory.
      if (error instanceof DamagedJpeg || error instanceof WebAssembly.RuntimeError) return false;
      throw error;
    }
  }
}
