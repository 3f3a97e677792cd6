const orientationTag = 0x0112;
const short = 3;
/** Of a directory entry: tag, type, count and value or place. */
const entryBytes = 12;

/**
 * The orientation in a JPEG file's EXIF segment (CIPA DC-008): 1 is upright, also where nothing is said.
 * @param segment from "Exif\0\0" on
 * @returns undefined if the segment is damaged, so that nobody can be sure
 */
export function orientationOf(segment: DataView): number | undefined {
  const tiff = new DataView(segment.buffer, segment.byteOffset + 6, segment.byteLength - 6);
  if (tiff.byteLength < 8) return undefined;
  const isLittleEndian = tiff.getUint16(0) === 0x4949;
  if (!isLittleEndian && tiff.getUint16(0) !== 0x4d4d) return undefined;
  if (tiff.getUint16(2, isLittleEndian) !== 42) return undefined;
  const directory = tiff.getUint32(4, isLittleEndian);
  if (directory + 2 > tiff.byteLength) return undefined;
  const count = tiff.getUint16(directory, isLittleEndian);
  if (directory + 2 + count * entryBytes > tiff.byteLength) return undefined;
  for (let index = 0; index < count; index += 1) {
    const entry = directory + 2 + index * entryBytes;
    if (tiff.getUint16(entry, isLittleEndian) !== orientationTag) continue;
    const type = tiff.getUint16(entry + 2, isLittleEndian);
    const values = tiff.getUint32(entry + 4, isLittleEndian);
    const orientation = tiff.getUint16(entry + 8, isLittleEndian);
    const isSound = type === short && values === 1 && orientation >= 1 && orientation <= 8;
    return isSound ? orientation : undefined;
  }
  return 1;
}
