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

/** The segments of a JPEG file up to its end marker, as libjpeg finds them; as far as they go in a damaged file. */
export function* segmentsOf(file: Uint8Array): Generator<Segment> {
  let at = file.indexOf(0xff, 2);
  while (at >= 0) {
    const marker = file[at + 1];
    if (marker === undefined || marker === endOfImage) return;
    // In a scan's data, 0xff is followed by 0 or by a restart marker; fill bytes repeat it.
    const standsAlone = marker < 0xc0 || (marker >= 0xd0 && marker <= startOfImage);
    let end = at + (marker === 0xff ? 1 : 2);
    if (marker !== 0xff && !standsAlone) {
      end += Math.max(2, ((file[at + 2] ?? 0) << 8) | (file[at + 3] ?? 0));
      if (end > file.length) return;
      yield { marker, bytes: file.subarray(at + 4, end), end };
    }
    at = file.indexOf(0xff, end);
  }
}

/**
 * How many scans a JPEG file has. A progressive file paints the whole photo with each, however few bytes a scan has, so their
 * number decides how long decoding takes.
 * @param most where counting stops
 */
export function scanCount(file: Uint8Array, most: number): number {
  let scans = 0;
  for (const { marker } of segmentsOf(file)) {
    if (marker === startOfScan) scans += 1;
    if (scans === most) break;
  }
  return scans;
}
