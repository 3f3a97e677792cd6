import type { KernelMemory } from "./kernel";

/** From `first` up to, but without, `end`. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** A photo that gives its pixels row by row, so that nobody has to hold them all. */
export interface PhotoRows {
  readonly width: number;
  readonly height: number;
  /** How the rows lie to an upright photo: EXIF's orientation, from 1 (upright) to 8. */
  readonly orientation: number;
  /**
   * Begins; what it needs is reserved in the memory.
   * @param columns the part of each row that is wanted
   * @param rows the rows that are wanted
   * @returns gives the next row's address: RGB, `columns` wide; it holds until the next call
   */
  readonly begin: (memory: KernelMemory, columns: Span, rows: Span) => () => number;
  /** Called after the last row that was wanted. @throws an error if the photo turns out to be damaged after all */
  readonly finish?: () => void;
}

export interface Pixels {
  /** RGB, rows from the top: [height, width, 3]. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A JPEG, PNG or WebP file, or pixels that are decoded already. */
export type Source = Uint8Array | Pixels;

/** The bytes that a source is made of. */
export function bytesOf(source: Source): Uint8Array {
  return source instanceof Uint8Array ? source : source.data;
}

/** Pixels that are in memory already, upright. */
export function rowsOf({ data, width, height }: Pixels): PhotoRows {
  return {
    width,
    height,
    orientation: 1,
    begin: (memory, columns, rows) => {
      const length = (columns.end - columns.first) * 3;
      const address = memory.reserve(length);
      let offset = (rows.first * width + columns.first) * 3;
      return () => {
        memory.bytes.set(data.subarray(offset, offset + length), address);
        offset += width * 3;
        return address;
      };
    },
  };
}
