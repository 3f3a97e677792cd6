import { decodePhoto } from "./decode";
import type { Preprocessing, Source } from "./pixels";
import { Resizer } from "./resize";

/** Photo -> tensor. */
export class Preprocessor {
  private readonly resizer: Resizer;

  constructor(private readonly options: Preprocessing) {
    this.resizer = new Resizer(options);
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
