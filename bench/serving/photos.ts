import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";

const SAMPLES = path.resolve(__dirname, "../../samples/photos");

/** Kinds of photos: as a web site has them, and as a phone makes them. */
export const PHOTO_KINDS = {
  ordinary: { count: 16, width: 500, height: 375, quality: 75, grain: 0 },
  "12-megapixel": { count: 4, width: 4032, height: 3024, quality: 80, grain: 12 },
} as const;
export type PhotoKind = keyof typeof PHOTO_KINDS;

/** JPEG files made of the sample photos. Enlarged ones get grain, because a camera's noise is most of what their files hold. */
export async function makePhotos(kind: PhotoKind): Promise<Buffer[]> {
  const { count, width, height, quality, grain } = PHOTO_KINDS[kind];
  const noise = { type: "gaussian" as const, mean: 128, sigma: grain };
  const create = { width, height, channels: 3 as const, background: "grey", noise };
  const grey = grain > 0 && (await sharp({ create }).png({ compressionLevel: 0 }).toBuffer());
  const names = readdirSync(SAMPLES).sort().slice(0, count);
  return Promise.all(
    names.map((name) =>
      sharp(readFileSync(path.join(SAMPLES, name)))
        .resize(width, height, { fit: "cover" })
        .composite(grey ? [{ input: grey, blend: "overlay" }] : [])
        .jpeg({ quality })
        .toBuffer(),
    ),
  );
}
