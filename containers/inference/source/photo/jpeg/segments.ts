/** A marker segment of a JPEG file (ITU-T T.81, annex B): `bytes` is what follows its length. */
export interface Segment {
  readonly marker: number;
  readonly bytes: Uint8Array;
  /** Where the next segment, or a scan's data, begins. */
  readonly end: number;
}

export const startOfScan = 0xda;
const startOfImage = 0xd8;
const endOfImage = 0xd9;

/** The segments of a JPEG file up to its first scan, that one included; as far as they go in a damaged file. */
export function* segmentsOf(file: Uint8Array): Generator<Segment> {
  let at = 2;
  for (;;) {
    at = file.indexOf(0xff, at);
    while (file[at + 1] === 0xff) at += 1; // Fill bytes.
    const marker = file[at + 1];
    if (at < 0 || marker === undefined || marker === endOfImage) return;
    const standsAlone = marker <= 0x01 || (marker >= 0xd0 && marker <= startOfImage);
    const length = standsAlone ? 0 : ((file[at + 2] ?? 0) << 8) | (file[at + 3] ?? 0);
    if (!standsAlone && length < 2) return;
    const end = at + 2 + length;
    if (end > file.length) return;
    if (!standsAlone) yield { marker, bytes: file.subarray(at + 4, end), end };
    if (marker === startOfScan) return;
    at = end;
  }
}
