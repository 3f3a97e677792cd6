import type { KernelMemory } from "../kernel";
import type { PhotoRows, Span } from "../rows";
import { readJpegHeader, zigzag, type JpegHeader } from "./header";

/** Thrown where a file turns out to be damaged, or ends otherwise than it should. */
export class DamagedJpeg extends Error {}

/** Side of a block in pixels. */
const side = 8;
/** Rows of MCUs that are kept: a row of pixels is blended from the chroma of two. */
const keptRows = 2;

/**
 * The rows of a JPEG photo, decoded while they are asked for; the same pixels as libjpeg-turbo makes by default. Only the wanted part of a photo is
 * transformed to pixels, but all of it is read: a file that is damaged anywhere throws {@link DamagedJpeg}.
 * @returns undefined if the file is not one for this decoder
 */
export function jpegRows(
  bytes: Uint8Array,
  options: { readonly exifOrientation: boolean; readonly maxPixels: number },
): PhotoRows | undefined {
  const header = readJpegHeader(bytes, options);
  if (!header || header.width * header.height > options.maxPixels) return undefined;
  const { width, height, orientation } = header;
  let scan: Scan | undefined;
  return {
    width,
    height,
    orientation,
    begin: (memory, columns, rows) => {
      const started = new Scan(memory, bytes, header, columns, rows);
      scan = started;
      return () => started.nextRow();
    },
    finish: () => scan?.finish(),
  };
}

/** A component's plane in the kernel's memory. */
interface Plane {
  /** Address of the first row; the ring has `rowMask` + 1 rows of `stride` bytes. */
  readonly at: number;
  readonly stride: number;
  readonly rowMask: number;
  /** Rows and columns of the whole photo. */
  readonly height: number;
  readonly width: number;
  /** Column of the whole photo that the plane begins with. */
  readonly firstColumn: number;
}

class Scan {
  private readonly across: number;
  private readonly down: number;
  /** Rows of MCUs, and the first of them that pixels are made of. */
  private readonly unitRows: number;
  private readonly firstUnitRow: number;
  private readonly planes: readonly Plane[];
  /** Address of a row of RGB, from the first MCU that is wanted. */
  private readonly rgb: number;
  /** Addresses of chroma rows, int16 [stride + 2]. */
  private readonly chroma: readonly [number, number];
  private readonly offset: number;
  private readonly luma: number;
  private decodedRows = 0;
  private row: number;

  constructor(
    private readonly memory: KernelMemory,
    bytes: Uint8Array,
    private readonly header: JpegHeader,
    columns: Span,
    wanted: Span,
  ) {
    const { width, height, components } = header;
    const { across, down } = components[0]!;
    this.across = across;
    this.down = down;
    const unitWidth = side * across;
    this.unitRows = Math.ceil(height / (side * down));
    this.firstUnitRow = Math.floor(Math.max(wanted.first - down, 0) / (side * down));
    const units = Math.ceil(width / unitWidth);
    // A pixel is blended with the chroma beside its own.
    const first = Math.floor(Math.max(columns.first - across, 0) / unitWidth);
    const end = Math.min(Math.ceil((columns.end + across) / unitWidth), units);
    this.planes = components.map((component) => {
      const stride = (end - first) * component.across * side;
      const rows = keptRows * component.down * side;
      return {
        at: memory.reserve(stride * rows),
        stride,
        rowMask: rows - 1,
        height: Math.ceil((height * component.down) / down),
        width: Math.ceil((width * component.across) / across),
        firstColumn: first * component.across * side,
      };
    });
    const { stride, firstColumn } = this.planes[0]!;
    this.luma = stride;
    // The kernel works on 16 pixels at a time.
    this.rgb = memory.reserve((stride + 16) * 3);
    const chromaRow = () => memory.reserve(2 * stride + 32) + 16;
    this.chroma = [chromaRow(), chromaRow()];
    this.offset = (columns.first - firstColumn) * 3;
    this.row = wanted.first;
    this.start(bytes, units, { first, end });
  }

  /** Address of the next row's wanted part. */
  nextRow(): number {
    const { row, down } = this;
    // The last row of an MCU is blended with the chroma of the next one.
    const needed = Math.min(row + down, this.header.height - 1);
    const unitRow = Math.floor(needed / (side * down));
    while (this.decodedRows <= unitRow) this.decode(this.decodedRows >= this.firstUnitRow);
    this.convert(row);
    this.row += 1;
    return this.rgb + this.offset;
  }

  /** Reads the rest. @throws DamagedJpeg if there is anything but the file's end behind it */
  finish(): void {
    while (this.decodedRows < this.unitRows) this.decode(false);
    const marker = this.memory.kernel.markerAfterData();
    if (marker === 0 || this.memory.bytes[marker + 1] !== 0xd9) throw new DamagedJpeg();
  }

  private start(bytes: Uint8Array, units: number, wanted: Span): void {
    const { memory, header } = this;
    const listed = header.components.map((component, index) => {
      const { at, stride, rowMask } = this.planes[index]!;
      return [
        component.across,
        component.down,
        memory.place(component.dcTable),
        memory.place(component.acTable),
        memory.place(component.quantisation),
        at,
        stride,
        rowMask,
        0,
      ];
    });
    const components = memory.place(Int32Array.from(listed.flat()));
    const order = memory.place(zigzag.map((place) => place * 2));
    const scratch = memory.place(new Uint8Array(128));
    const data = bytes.subarray(header.dataAt);
    const from = memory.place(data);
    memory.kernel.startScan(
      from,
      from + data.length,
      components,
      listed.length,
      order,
      scratch,
      units,
      wanted.first,
      wanted.end,
      header.restartInterval,
    );
  }

  private decode(isWanted: boolean): void {
    if (!this.memory.kernel.decodeRow(isWanted ? 1 : 0)) throw new DamagedJpeg();
    if (isWanted && this.across === 2) this.repeatLastColumns();
    this.decodedRows += 1;
  }

  /** What a file holds to the right of a photo, to fill its last MCU, must not be blended into it. */
  private repeatLastColumns(): void {
    const { bytes } = this.memory;
    for (const { at, stride, width, firstColumn } of this.planes.slice(1)) {
      const beyond = width - firstColumn;
      if (beyond >= stride) continue;
      const first = at + (this.decodedRows % keptRows) * side * stride;
      for (let row = 0; row < side; row += 1) {
        const place = first + row * stride + beyond;
        bytes[place] = bytes[place - 1]!;
      }
    }
  }

  private convert(row: number): void {
    const { kernel } = this.memory;
    const [luma, cb, cr] = this.planes;
    const lumaAt = rowAt(luma!, row);
    if (!cb || !cr) return kernel.greyRow(lumaAt, this.luma, this.rgb);
    if (this.across === 1) {
      return kernel.fullRow(lumaAt, rowAt(cb, row), rowAt(cr, row), this.luma, this.rgb);
    }
    this.spread(cb, row, this.chroma[0]);
    this.spread(cr, row, this.chroma[1]);
    const isBlended = this.down === 2 ? 1 : 0;
    kernel.halvedRow(lumaAt, this.chroma[0], this.chroma[1], this.luma, isBlended, this.rgb);
  }

  /** A chroma row for a row of pixels, in 16 bits, with its first and last value repeated beside it. */
  private spread(plane: Plane, row: number, target: number): void {
    const { kernel, bytes } = this.memory;
    const { stride, height } = plane;
    if (this.down === 1) kernel.widenRow(rowAt(plane, row), stride, target);
    else {
      const near = row >> 1;
      const far = Math.min(Math.max(row & 1 ? near + 1 : near - 1, 0), height - 1);
      kernel.blendRows(rowAt(plane, near), rowAt(plane, far), stride, target);
    }
    bytes.copyWithin(target - 2, target, target + 2);
    const end = target + 2 * stride;
    bytes.copyWithin(end, end - 2, end);
  }
}

function rowAt({ at, stride, rowMask }: Plane, row: number): number {
  return at + (row & rowMask) * stride;
}
