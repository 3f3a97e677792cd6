import assert from "node:assert/strict";
import sharp from "sharp";
import { orientationOf } from "./exif";

const prefix = Buffer.from("Exif\0\0", "latin1");
const [byte, short, long] = [1, 3, 4];

/** EXIF with nothing but an orientation. */
function exif(value: number, type = short, order: "II" | "MM" = "II"): Buffer {
  const tiff = Buffer.alloc(22);
  const isLittleEndian = order === "II";
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  tiff.write(order);
  view.setUint16(2, 42, isLittleEndian);
  view.setUint32(4, 8, isLittleEndian);
  view.setUint16(8, 1, isLittleEndian);
  view.setUint16(10, 0x0112, isLittleEndian);
  view.setUint16(12, type, isLittleEndian);
  view.setUint32(14, 1, isLittleEndian);
  if (type === long) view.setUint32(18, value, isLittleEndian);
  else if (type === short) view.setUint16(18, value, isLittleEndian);
  else tiff[18] = value;
  return tiff;
}

function segment(...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const start = Buffer.from([0xff, 0xe1, 0, 0]);
  start.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([start, content]);
}

const xmp = segment(
  Buffer.from('http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation="6"/>', "latin1"),
);

describe("orientationOf", () => {
  let plain: Buffer;

  before(async () => {
    const create = { width: 8, height: 8, channels: 3, background: "red" } as const;
    plain = await sharp({ create }).jpeg().toBuffer();
  });

  // training-scripts/tests/test_orientation.py has the same cases.
  const cases: Record<string, [expected: number, ...parts: Buffer[]]> = {
    none: [1],
    "a short, little-endian": [6, segment(prefix, exif(6))],
    "a short, big-endian": [8, segment(prefix, exif(8, short, "MM"))],
    "a long": [3, segment(prefix, exif(3, long))],
    "a byte": [1, segment(prefix, exif(6, byte))],
    "9": [1, segment(prefix, exif(9))],
    "0": [1, segment(prefix, exif(0))],
    "a doubled prefix": [6, segment(prefix, prefix, exif(6))],
    "two blocks": [6, segment(prefix, exif(6)), segment(prefix, exif(3))],
    "XMP alone": [1, xmp],
    "fill bytes": [6, xmp, Buffer.of(0xff), segment(prefix, exif(6))],
    "a block that is cut off": [1, segment(prefix, exif(6).subarray(0, -6))],
    "a directory that is nowhere": [1, segment(prefix, Buffer.from("49492a00ffffffff", "hex"))],
    "an empty block": [1, segment(prefix)],
    "a block behind a comment of no length": [
      6,
      Buffer.of(0xff, 0xfe, 0, 0),
      segment(prefix, exif(6)),
    ],
  };
  for (const [name, [expected, ...parts]] of Object.entries(cases)) {
    it(`reads ${name} as ${expected}`, () => {
      const photo = Buffer.concat([plain.subarray(0, 2), ...parts, plain.subarray(2)]);
      assert.equal(orientationOf(photo), expected);
    });
  }

  it("reads PNG and WebP", async () => {
    for (const format of ["png", "webp"] as const) {
      const photo = await sharp(plain).withMetadata({ orientation: 7 })[format]().toBuffer();
      assert.equal(orientationOf(photo), 7);
    }
  });

  it("takes what is not a photo, or ends early, as upright", () => {
    const photo = Buffer.concat([
      plain.subarray(0, 2),
      segment(prefix, exif(6)),
      plain.subarray(2),
    ]);
    for (let length = 0; length < 38; length += 1) {
      assert.equal(orientationOf(photo.subarray(0, length)), length < 34 ? 1 : 6, String(length));
    }
    assert.equal(orientationOf(exif(6)), 1);
    const noMarker = Buffer.concat([Buffer.of(0xff, 0xd8), xmp, Buffer.from("no marker")]);
    assert.equal(orientationOf(noMarker), 1);
  });
});
