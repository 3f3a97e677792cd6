import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";

/** Kinds of photos: as a web site has them, and as a camera makes them. */
export const PHOTO_KINDS = {
  /** About 90 kB. */
  ordinary: { count: 12, width: 640, height: 480 },
  /** 12 megapixels, about 4 MB. */
  large: { count: 4, width: 4032, height: 3024 },
} as const;
export type PhotoKind = keyof typeof PHOTO_KINDS;

/**
 * Makes JPEG files that compress about as photos do: broad areas of colour, edges and fine grain. The same ones every time.
 * @returns the folder with nothing but these files.
 */
export async function ensurePhotos(parent: string, kind: PhotoKind): Promise<string> {
  const folder = path.join(parent, `photos-${kind}`);
  const { count, width, height } = PHOTO_KINDS[kind];
  if (existsSync(folder) && readdirSync(folder).length === count) return folder;
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < count; index += 1) {
    const file = path.join(folder, `${index}.jpg`);
    writeFileSync(`${file}.partial`, await photo(width, height, index + 1));
    renameSync(`${file}.partial`, file);
  }
  return folder;
}

/** A JPEG of the given size; the seed decides what is on it. */
export async function photo(width: number, height: number, seed: number): Promise<Buffer> {
  const areas = await enlarged(width, height, 12, 9, seed);
  const details = await enlarged(width, height, width >> 2, height >> 2, seed + 1000);
  const grain = numbers(seed + 2000);
  const pixels = Buffer.alloc(width * height * 3);
  for (let index = 0; index < pixels.length; index += 1) {
    const value = areas[index]! * 0.8 + details[index]! * 0.25 + (grain() % 12) - 20;
    pixels[index] = Math.min(255, Math.max(0, value));
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

/** Random colours, enlarged. */
function enlarged(
  width: number,
  height: number,
  columns: number,
  rows: number,
  seed: number,
): Promise<Buffer> {
  const next = numbers(seed);
  const colours = Buffer.from(Array.from({ length: columns * rows * 3 }, () => next() & 0xff));
  return sharp(colours, { raw: { width: columns, height: rows, channels: 3 } })
    .resize(width, height, { kernel: "cubic", fit: "fill" })
    .raw()
    .toBuffer();
}

/** Whole numbers from 0 to 65535 by Marsaglia's xorshift. */
function numbers(seed: number): () => number {
  let state = Math.imul(seed, 2654435761) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) & 0xffff;
  };
}
