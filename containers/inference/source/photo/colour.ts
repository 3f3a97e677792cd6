import type { Samples } from "./jpeg/samples";

/** Samples as RGB [height, width, 3]: grey three times, CMYK by Pillow's arithmetic (src/libImaging/Convert.c, cmyk2rgb). */
export function rgbOf({ data, width, height, channels }: Samples): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array(width * height * 3);
  if (channels === 1) {
    for (let from = 0, to = 0; to < rgb.length; from += 1, to += 3) {
      rgb[to] = rgb[to + 1] = rgb[to + 2] = data[from]!;
    }
    return rgb;
  }
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const white = data[from + 3]!;
    rgb[to] = inkOn(white, data[from]!);
    rgb[to + 1] = inkOn(white, data[from + 1]!);
    rgb[to + 2] = inkOn(white, data[from + 2]!);
  }
  return rgb;
}

/** What ink, stored as 255 for none, leaves of white; both from 0 to 255. */
function inkOn(white: number, stored: number): number {
  const product = (255 - stored) * white + 128;
  return white - ((product + (product >> 8)) >> 8);
}
