import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { png, progressiveJpeg } from "../../testing/hostile-photos";
import { RequestError } from "../errors";
import { decodePhoto } from "./decode";

const options = { maxPixels: 1_000_000, exifOrientation: true, isReduced: false, resize: 256 };
const photos = join(__dirname, "../../fixtures/photos");

function refusal(statusCode: number, code: string) {
  return (error: RequestError) => {
    assert.deepEqual([error.statusCode, error.code], [statusCode, code], error.message);
    assert.ok(!error.message.includes("\n"));
    return true;
  };
}

describe("decodePhoto", () => {
  it("gives RGB", async () => {
    const { data, width, height } = await decodePhoto(
      readFileSync(join(photos, "landscape.jpg")),
      options,
    );
    assert.deepEqual([width, height, data.length], [500, 375, 500 * 375 * 3]);
  });

  it("says how a photo lies only where the model was trained on upright ones", async () => {
    const bytes = readFileSync(join(photos, "exif-6.jpg"));
    assert.equal((await decodePhoto(bytes, options)).orientation, 6);
    assert.equal((await decodePhoto(bytes, { ...options, exifOrientation: false })).orientation, 1);
  });

  it("accepts a CMYK photo, in RGB", async () => {
    const create = { width: 30, height: 20, channels: 3, background: "#ff0000" } as const;
    const cmyk = await sharp({ create }).toColourspace("cmyk").jpeg().toBuffer();
    assert.equal((await sharp(cmyk).metadata()).space, "cmyk");
    const { data, width, height } = await decodePhoto(cmyk, options);
    assert.deepEqual([width, height, data.length], [30, 20, 30 * 20 * 3]);
    const [red, green, blue] = data;
    assert.ok(red! > 200 && green! < 80 && blue! < 80, `${red}, ${green}, ${blue}`);
  });

  it("refuses an empty body", async () => {
    await assert.rejects(decodePhoto(Buffer.alloc(0), options), refusal(400, "empty_body"));
  });

  const foreign: Record<string, string | Buffer> = {
    text: "hello, I am a photo",
    svg: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    pdf: "%PDF-1.7\n",
    gif: Buffer.from("R0lGODlhAQABAAAAACwAAAAAAQABAAA=", "base64"),
    tiff: Buffer.from("49492a0008000000", "hex"),
    avif: Buffer.from("00000020667479706176696600000000617669666d6966316d696166", "hex"),
    "one byte": Buffer.of(0xff),
  };
  for (const [name, content] of Object.entries(foreign)) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(
        decodePhoto(Buffer.from(content), options),
        refusal(415, "unsupported_media_type"),
      );
    });
  }

  for (const name of ["landscape.jpg", "rgb.png", "wide.webp", "portrait-progressive.jpg"]) {
    it(`refuses a truncated ${name}`, async () => {
      const bytes = readFileSync(join(photos, name));
      for (const part of [12, 40, Math.floor(bytes.length / 2), bytes.length - 200]) {
        await assert.rejects(
          decodePhoto(bytes.subarray(0, part), options),
          refusal(422, "unreadable_photo"),
        );
      }
    });
  }

  it("refuses a decompression bomb by its header, without decoding it", async () => {
    const bomb = await sharp({
      create: { width: 9000, height: 9000, channels: 3, background: "black" },
    })
      .png()
      .toBuffer();
    assert.ok(bomb.length < 1_000_000);
    await assert.rejects(decodePhoto(bomb, options), refusal(422, "photo_too_large"));
  });

  it("refuses a photo that is a thin line, which takes long to decode", async () => {
    for (const [width, height] of [
      [1, 65_536],
      [900_000, 1],
    ] as const) {
      const line = png(width, height, deflateSync(Buffer.alloc(height * (1 + width * 3))));
      await assert.rejects(decodePhoto(line, options), refusal(422, "photo_too_large"));
    }
    const longest = png(1, 65_535, deflateSync(Buffer.alloc(65_535 * 4)));
    const { width, height } = await decodePhoto(longest, options);
    assert.deepEqual([width, height], [1, 65_535]);
  });

  it("refuses a progressive photo of very many scans, each of which takes as long as the photo is large", async () => {
    const { width } = await decodePhoto(progressiveJpeg(800, 100), options);
    assert.equal(width, 800);
    const refused = refusal(422, "unreadable_photo");
    await assert.rejects(decodePhoto(progressiveJpeg(800, 101), options), (error: RequestError) => {
      assert.match(error.message, /has more than 100 scans/);
      return refused(error);
    });
  });

  it("refuses a format that libvips could read behind a photo's first bytes", async () => {
    const polyglot = Buffer.concat([Buffer.of(0xff, 0xd8, 0xff), Buffer.from("<svg/>")]);
    await assert.rejects(decodePhoto(polyglot, options), refusal(422, "unreadable_photo"));
  });
});
