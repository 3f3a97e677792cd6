const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;

/**
 * How many scans a JPEG file has, as far as its end marker. A progressive file paints the whole photo with each, however few
 * bytes a scan has, so their number decides how long decoding takes.
 * @param most where counting stops
 */
export function scanCount(bytes: Uint8Array, most: number): number {
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0 && at + 1 < bytes.length && scans < most;) {
    const marker = bytes[at + 1]!;
    if (marker === endOfImage) break;
    if (marker === startOfScan) scans += 1;
    // In a scan's data, 0xff is followed by 0 or by a restart marker; fill bytes repeat it.
    const hasLength = marker >= 0xc0 && marker <= 0xfe && (marker < 0xd0 || marker > startOfImage);
    if (hasLength) at = bytes.indexOf(0xff, at + 2 + lengthAt(bytes, at + 2));
    else at = bytes.indexOf(0xff, at + (marker === 0xff ? 1 : 2));
  }
  return scans;
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
