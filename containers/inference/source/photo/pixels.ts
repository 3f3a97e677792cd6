export interface Pixels {
  /** RGB, rows from the top: [height, width, 3]. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Pixels as they are stored, which need not be upright. */
export interface StoredPixels extends Pixels {
  /** EXIF's orientation, from 1 (upright) to 8. */
  readonly orientation: number;
}

/** A JPEG, PNG or WebP file, or pixels that are decoded already. */
export type Source = Uint8Array | Pixels;

/** The bytes that a source is made of. */
export function bytesOf(source: Source): Uint8Array {
  return source instanceof Uint8Array ? source : source.data;
}

/** How a photo becomes a tensor. */
export interface Preprocessing {
  /** Pixels of the shorter side after resizing. */
  readonly resize: number;
  /** Pixels of the square that is cut from the middle. */
  readonly crop: number;
  /** Whether a photo is turned upright by its EXIF orientation before anything else. */
  readonly exifOrientation: boolean;
  /** Whether a JPEG photo is decoded at 1/2, 1/4 or 1/8 of its size, as far as its sides stay no shorter than `resize`. */
  readonly isReduced: boolean;
  /** Width x height of the largest photo that is decoded; twice as many where it is decoded at reduced size. */
  readonly maxPixels: number;
}
