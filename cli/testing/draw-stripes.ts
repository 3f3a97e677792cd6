import sharp from "sharp";

const SIDE = 64;

/** Draws a JPEG of dark and light stripes; their direction is the class that a model may learn. */
export async function drawStripes(file: string, upright: boolean, seed: number): Promise<void> {
  const period = 8 + (seed % 5);
  const [dark, light] = [20 + ((seed * 37) % 60), 180 + ((seed * 53) % 70)];
  const pixels = Buffer.alloc(SIDE * SIDE * 3);
  for (let index = 0; index < pixels.length; index += 1) {
    const [x, y] = [Math.floor(index / 3) % SIDE, Math.floor(index / 3 / SIDE)];
    pixels[index] = ((upright ? x : y) + seed) % period < period / 2 ? dark : light;
  }
  await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .jpeg()
    .toFile(file);
}
