import { libvips } from "./libvips";
import type { JpegDecoder, Reduction } from "./samples";
import { turboJpeg } from "./turbojpeg";

let chosen: JpegDecoder | undefined;

/**
 * libjpeg-turbo's own interface where the library is installed; sharp's libvips, which is always there and takes twice as long,
 * elsewhere.
 */
export function jpegDecoder(): JpegDecoder {
  return (chosen ??= turboJpeg() ?? libvips());
}

/**
 * The reduction that `Image.draft` of Pillow chooses: the largest that leaves both sides as long as they are asked for.
 * @param side pixels
 */
export function reductionFor(width: number, height: number, side: number): Reduction {
  const ratio = Math.floor(Math.min(width, height) / side);
  return ratio >= 8 ? 8 : ratio >= 4 ? 4 : ratio >= 2 ? 2 : 1;
}
