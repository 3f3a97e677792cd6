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
