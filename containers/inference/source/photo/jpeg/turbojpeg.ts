import koffi, { type LibraryHandle } from "koffi";
import { ReusedBuffer } from "./buffer";
import type { JpegDecoder } from "./samples";

/** Where the library is: Debian's package libturbojpeg0, Homebrew's jpeg-turbo. */
const files = [
  "libturbojpeg.so.0",
  "/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.0.dylib",
  "/usr/local/opt/jpeg-turbo/lib/libturbojpeg.0.dylib",
];

// turbojpeg.h
const rgb = 0;
const cmyk = 11;
const fatal = 1;

/** The TurboJPEG API of libjpeg-turbo 2 and 3. @returns undefined where the library is not installed */
export function turboJpeg(): JpegDecoder | undefined {
  const library = load();
  if (!library) return undefined;
  const decompress = library.func(
    "int tjDecompress2(void *handle, const uint8_t *file, ulong size, uint8_t *output, int width, int pitch, int height, int format, int flags)",
  );
  const errorCode = library.func("int tjGetErrorCode(void *handle)");
  const errorText = library.func("const char *tjGetErrorStr2(void *handle)");
  const handle: unknown = library.func("void *tjInitDecompress()")();
  const buffer = new ReusedBuffer();
  return {
    name: "libjpeg-turbo",
    decode(file, header, reduction) {
      const width = Math.ceil(header.width / reduction);
      const height = Math.ceil(header.height / reduction);
      const channels = header.components === 4 ? 4 : 3;
      const data = buffer.take(width * height * channels);
      const format = channels === 4 ? cmyk : rgb;
      const { length } = file;
      if (decompress(handle, file, length, data, width, 0, height, format, 0) !== 0) {
        const reason = String(errorText(handle));
        if (errorCode(handle) === fatal || isCutOff(file, header.dataAt, reason)) {
          throw new Error(reason);
        }
      }
      return { data, width, height, channels };
    },
  };
}

/** Only the first of a file's flaws is told, and it may have another one before its end. */
function isCutOff(file: Uint8Array, dataAt: number, reason: string): boolean {
  const endOfImage = Buffer.of(0xff, 0xd9);
  const data = Buffer.from(file.buffer, file.byteOffset, file.byteLength).subarray(dataAt);
  return reason.includes("Premature end of JPEG file") || !data.includes(endOfImage);
}

function load(): LibraryHandle | undefined {
  for (const file of files) {
    try {
      return koffi.load(file);
    } catch {
      // Not there.
    }
  }
  return undefined;
}
