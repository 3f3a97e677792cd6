import assert from "node:assert/strict";

import fc from "fast-check";

import { detectImageType, nameOfOtherFile } from "./image-type";
import { JPEG, PNG, WEBP } from "./test-support/photo-server";

describe("detectImageType", () => {
  it("knows JPEG, PNG and WebP by their first bytes", () => {
    assert.equal(detectImageType(JPEG), "image/jpeg");
    assert.equal(detectImageType(PNG), "image/png");
    assert.equal(detectImageType(WEBP), "image/webp");
  });

  it("reads a view into a larger buffer where the view begins", () => {
    const buffer = Buffer.concat([Buffer.from("before"), PNG]);
    assert.equal(
      detectImageType(new Uint8Array(buffer.buffer, buffer.byteOffset + 6)),
      "image/png",
    );
  });

  it("refuses other files", () => {
    for (const text of [
      "",
      "GIF89a",
      "<svg xmlns='…'>",
      "%PDF-1.7",
      "RIFF1234WAVE",
      "BM",
      "II*\0",
    ]) {
      assert.equal(detectImageType(Buffer.from(text)), undefined, text);
    }
  });

  it("refuses each signature that is cut short", () => {
    for (const [file, length] of [
      [JPEG, 3],
      [PNG, 8],
      [WEBP, 12],
    ] as const) {
      for (let end = 0; end < length; end += 1) {
        assert.equal(detectImageType(file.subarray(0, end)), undefined);
      }
    }
  });

  it("never fails on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 32 }), (bytes) => {
        const type = detectImageType(bytes);
        assert.ok(type === undefined || type.startsWith("image/"));
      }),
    );
  });
});

describe("nameOfOtherFile", () => {
  for (const [start, name] of [
    ["\0\0\0\x1cftypheic", "HEIC"],
    ["\0\0\0\x1cftypmif1", "HEIF"],
    ["\0\0\0\x1cftypavif", "AVIF"],
    ["GIF89a", "GIF"],
    ["BM6\x05", "BMP"],
    ["II*\0", "TIFF"],
    ["MM\0*", "TIFF"],
    ["%PDF-1.7", "PDF"],
    ["\0\0\0\x1cftypisom", undefined],
    ["\0\0\0\x1cftyp__proto__", undefined],
    ["", undefined],
  ] as const) {
    it(`calls ${JSON.stringify(start)} ${name}`, () => {
      assert.equal(nameOfOtherFile(Buffer.from(start, "latin1")), name);
    });
  }
});
