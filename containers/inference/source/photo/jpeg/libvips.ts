import koffi from "koffi";
import { loadSharp } from "../load-sharp";
import { ReusedBuffer } from "./buffer";
import type { JpegDecoder, Reduction } from "./samples";
import type { JpegHeader } from "./header";

// VipsAccess and VipsFailOn in libvips's foreign.h
const sequential = 1;
const truncated = 1;

/** libvips as sharp brings it: sharp itself only gives pixels that it has resized once more after a reduction. */
export function libvips(): JpegDecoder {
  loadSharp(); // Initialises libvips and its settings.
  const library = koffi.load(libraryFile());
  const load = library.func(
    "int vips_jpegload_buffer(const uint8_t *, size_t, _Out_ void **, ...)",
  );
  const widthOf = library.func("int vips_image_get_width(void *)");
  const heightOf = library.func("int vips_image_get_height(void *)");
  const bandsOf = library.func("int vips_image_get_bands(void *)");
  const openRegion = library.func("void *vips_region_new(void *)");
  const fetch = library.func("void *vips_region_fetch(void *, int, int, int, int, _Out_ size_t *)");
  const release = library.func("void g_object_unref(void *)");
  const free = library.func("void g_free(void *)");
  const errors = library.func("const char *vips_error_buffer()");
  const forgetErrors = library.func("void vips_error_clear()");
  const buffer = new ReusedBuffer();
  /** Files that libvips reads, which must not be collected meanwhile. */
  const inUse = new Set<Uint8Array>();

  function failure(): Error {
    const text = String(errors()).trim().split("\n")[0]!;
    forgetErrors();
    return new Error(text);
  }

  /** Copies the samples out of an image. */
  function samplesOf(image: unknown) {
    const width = Number(widthOf(image));
    const height = Number(heightOf(image));
    const region: unknown = openRegion(image);
    const size = [0];
    const pixels: unknown = fetch(region, 0, 0, width, height, size);
    try {
      if (!pixels) throw failure();
      const data = buffer.take(size[0]!);
      data.set(new Uint8Array(koffi.view(pixels, size[0]!)));
      return { data, width, height, channels: Number(bandsOf(image)) };
    } finally {
      free(pixels);
      release(region);
    }
  }

  return {
    name: "libvips",
    decode(photo, header, reduction) {
      const file = withWholeSides(photo, header, reduction);
      const opened: unknown[] = [null];
      const options = { access: sequential, fail_on: truncated, shrink: reduction };
      const given = Object.entries(options).flatMap(([name, value]) => ["str", name, "int", value]);
      inUse.add(file);
      try {
        if (load(file, file.length, opened, ...given, "void *", null) !== 0) throw failure();
        const samples = samplesOf(opened[0]);
        // libvips turns the ink round where Adobe's marker is: back to what is stored.
        if (samples.channels === 4 && header.hasAdobeMarker) invert(samples.data);
        return samples;
      } finally {
        if (opened[0]) release(opened[0]);
        inUse.delete(file);
      }
    },
  };
}

/**
 * libvips leaves out a last row or column of which the photo has only a part, unlike libjpeg. The file's blocks hold all of it,
 * whatever size the header says: one with sides that can be divided makes libvips keep it.
 */
function withWholeSides(photo: Uint8Array, header: JpegHeader, reduction: Reduction): Uint8Array {
  const { width, height, sizeAt } = header;
  const whole = (side: number) => Math.ceil(side / reduction) * reduction;
  if (whole(width) === width && whole(height) === height) return photo;
  const copy = new Uint8Array(photo);
  const size = new DataView(copy.buffer, sizeAt);
  size.setUint16(0, whole(height));
  size.setUint16(2, whole(width));
  return copy;
}

function invert(data: Uint8Array): void {
  for (let at = 0; at < data.length; at += 1) data[at] = 255 - data[at]!;
}

/** Where sharp's package for this platform has the library. */
function libraryFile(): string {
  const paths = [require.resolve("sharp")];
  const platforms = process.platform === "linux" ? ["linux", "linuxmusl"] : [process.platform];
  const names = platforms.map((name) => `@img/sharp-libvips-${name}-${process.arch}/binary`);
  for (const name of names) {
    try {
      return require.resolve(name, { paths });
    } catch {
      // Another C library's.
    }
  }
  throw new Error(`sharp has no libvips here: expected ${names.join(" or ")}`);
}
