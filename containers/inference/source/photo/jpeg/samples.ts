import type { JpegHeader } from "./header";

/** By what the sides of a JPEG photo can be divided while it is decoded. */
export type Reduction = 1 | 2 | 4 | 8;

/** Samples of a JPEG photo. */
export interface Samples {
  /** [height, width, channels]; valid until the next photo is decoded. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: RGB, 4: CMYK as it is stored, which is 255 for no ink. */
  readonly channels: number;
}

/** Decodes with libjpeg: accurate integer DCT, smooth upsampling, as Pillow does. */
export interface JpegDecoder {
  readonly name: string;
  /** @throws an Error that says what is wrong with the file; a photo that is merely damaged has grey parts */
  readonly decode: (file: Uint8Array, header: JpegHeader, reduction: Reduction) => Samples;
}
