import assert from "node:assert/strict";
import { readImages, writeRows } from "./npy";

/** What numpy.save writes for an array of bytes. */
function file(header: string, data: Uint8Array, version = 1): Buffer {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  const magic = Buffer.from("\x93NUMPY", "latin1");
  return Buffer.concat([magic, Buffer.of(version, 0), length, Buffer.from(header), data]);
}

function header(shape: string, type = "|u1", fortran = "False"): string {
  return `{'descr': '${type}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
}

describe("readImages", () => {
  it("reads one image", () => {
    const { images, areMany } = readImages(
      file(header("(1, 2, 3)"), Uint8Array.of(1, 2, 3, 4, 5, 6)),
      10,
    );
    assert.equal(areMany, false);
    assert.deepEqual(
      images.map(({ data, width, height }) => [[...data], width, height]),
      [[[1, 2, 3, 4, 5, 6], 2, 1]],
    );
  });

  it("reads many, of any version of the format", () => {
    for (const version of [1, 2, 3]) {
      const bytes = file(header("(2, 1, 1, 3)"), Uint8Array.of(1, 2, 3, 4, 5, 6), version);
      const { images, areMany } = readImages(bytes, 10);
      assert.equal(areMany, true);
      assert.deepEqual(
        images.map(({ data }) => [...data]),
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      );
    }
  });

  const wrong: readonly [string, Buffer, number, RegExp][] = [
    ["an empty body", Buffer.alloc(0), 400, /does not begin as one/],
    ["a photo", Buffer.from("ffd8ffe000104a464946000101", "hex"), 400, /does not begin as one/],
    ["a cut header", file(header("(1, 2, 3)"), Buffer.alloc(6)).subarray(0, 30), 400, /cut off/],
    [
      "a long header",
      file(header("(1, 1, 3)") + " ".repeat(20_000), Buffer.alloc(3)),
      400,
      /too long/,
    ],
    ["no header", file("hello", Buffer.alloc(6)), 400, /header can't be read/],
    ["floats", file(header("(1, 2, 3)", "<f4"), Buffer.alloc(24)), 400, /holds <f4 \[1, 2, 3\]/],
    ["one channel", file(header("(2, 3)"), Buffer.alloc(6)), 400, /holds \|u1 \[2, 3\]/],
    ["channels first", file(header("(3, 2, 2)"), Buffer.alloc(12)), 400, /holds \|u1 \[3, 2, 2\]/],
    [
      "Fortran order",
      file(header("(1, 1, 3)", "|u1", "True"), Buffer.alloc(3)),
      400,
      /Fortran order/,
    ],
    ["no pixels", file(header("(0, 2, 3)"), Buffer.alloc(0)), 400, /holds \|u1 \[0, 2, 3\]/],
    ["no images", file(header("(0, 2, 2, 3)"), Buffer.alloc(0)), 400, /holds/],
    [
      "too few bytes",
      file(header("(1, 2, 3)"), Buffer.alloc(5)),
      400,
      /takes 6 bytes, and it holds 5/,
    ],
    [
      "too many images",
      file(header("(1001, 1, 1, 3)"), Buffer.alloc(3003)),
      422,
      /1001 images; at most 1000/,
    ],
    [
      "too many pixels",
      file(header("(4, 3, 3)"), Buffer.alloc(36)),
      422,
      /3 x 4 pixels; at most 10/,
    ],
  ];
  for (const [what, bytes, statusCode, message] of wrong) {
    it(`refuses ${what}`, () =>
      assert.throws(() => readImages(bytes, 10), { statusCode, message }));
  }
});

describe("writeRows", () => {
  it("writes float32 rows whose data begin at a multiple of 64 bytes", () => {
    const bytes = writeRows([Float32Array.of(1, 2.5), Float32Array.of(-3, 0)]);
    const start = 10 + bytes.readUInt16LE(8);
    assert.equal(start % 64, 0);
    assert.match(
      bytes.toString("latin1", 10, start),
      /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 2\), \} *\n$/,
    );
    const values = [0, 1, 2, 3].map((index) => bytes.readFloatLE(start + index * 4));
    assert.deepEqual(values, [1, 2.5, -3, 0]);
    assert.equal(bytes.length, start + 16);
  });
});
