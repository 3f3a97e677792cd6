import { decodePhoto, type DecodeOptions } from "./decode";
import type { Source } from "./pixels";
import { Resizer } from "./resize";

/** Photo -> tensor. */
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
    const pixels =
      source instanceof Uint8Array
        ? await decodePhoto(source, this.options)
        : { ...source, orientation: 1 };
    this.resizer.resizeAndCrop(pixels, target);
  }
}
