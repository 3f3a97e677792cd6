import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { decodePhoto } from "../decode";
import { Preprocessor } from "../preprocess";
import { Resizer } from "../resize";
import { rowsOf } from "../rows";
import { DamagedJpeg, jpegRows } from "./scan";

const sizes = { resize: 40, crop: 32 };
const options = { exifOrientation: true, maxPixels: 10_000_000 };
const photos = join(__dirname, "../../../fixtures/photos");

/** Colours in random patches, and grain, so that every coefficient is used. */
async function picture(width: number, height: number, seed: number): Promise<sharp.Sharp> {
  let state = seed * 2654435761 + 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  const patches = Buffer.from(Array.from({ length: 7 * 5 * 3 }, random));
  const { data } = await sharp(patches, { raw: { width: 7, height: 5, channels: 3 } })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const grained = data.map((value) => Math.min(255, Math.max(0, value + (random() % 41) - 20)));
  return sharp(grained, { raw: { width, height, channels: 3 } });
}

/** The tensor as the fast decoder makes it; undefined if the file is none for it. */
function fastTensor(file: Uint8Array, resizer = new Resizer(sizes)): Uint8Array | undefined {
  const rows = jpegRows(file, options);
  if (!rows) return undefined;
  const tensor = new Uint8Array(sizes.crop * sizes.crop * 3);
  resizer.resizeAndCrop(rows, tensor);
  return tensor;
}

/** The tensor that sharp's pixels, all of them, make. */
async function wholeTensor(file: Uint8Array): Promise<Uint8Array> {
  const tensor = new Uint8Array(sizes.crop * sizes.crop * 3);
  new Resizer(sizes).resizeAndCrop(rowsOf(await decodePhoto(file, options)), tensor);
  return tensor;
}

/** A file with a segment put in behind its first marker. */
function withSegment(file: Buffer, marker: number, body: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length + 2);
  return Buffer.concat([
    file.subarray(0, 2),
    Buffer.of(0xff, marker),
    length,
    body,
    file.subarray(2),
  ]);
}

describe("jpegRows", () => {
  const samplings = ["4:4:4", "4:2:0"] as const;

  it("gives the pixels that libjpeg gives, whatever the size, the quality and the orientation", async function () {
    this.timeout(60_000);
    const resizer = new Resizer(sizes);
    const cases = fc.record({
      width: fc.integer({ min: 16, max: 260 }),
      height: fc.integer({ min: 16, max: 260 }),
      quality: fc.integer({ min: 5, max: 100 }),
      chromaSubsampling: fc.constantFrom(...samplings),
      isGrey: fc.boolean(),
      optimiseCoding: fc.boolean(),
      orientation: fc.integer({ min: 1, max: 8 }),
      seed: fc.integer({ min: 1, max: 1000 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ width, height, isGrey, orientation, seed, ...jpeg }) => {
        const drawn = await picture(width, height, seed);
        const file = await (isGrey ? drawn.greyscale() : drawn)
          .withMetadata({ orientation })
          .jpeg(jpeg)
          .toBuffer();
        assert.deepEqual(fastTensor(file, resizer), await wholeTensor(file));
      }),
      { numRuns: 120 },
    );
  });

  it("reads restart markers and chroma halved in one direction, which Pillow writes", () => {
    for (const name of ["restarts.jpg", "halved-across.jpg"]) {
      assert.ok(fastTensor(readFileSync(join(photos, name))), name);
    }
  });

  it("decodes the part of a large photo that the crop needs, in little memory", async function () {
    this.timeout(20_000);
    const file = await (await picture(3000, 2000, 3)).jpeg({ quality: 90 }).toBuffer();
    const resizer = new Resizer(sizes);
    assert.deepEqual(fastTensor(file, resizer), await wholeTensor(file));
    const { memory } = resizer as unknown as { memory: { bytes: Uint8Array } };
    assert.ok(memory.bytes.length < file.length + 2_000_000, `${memory.bytes.length} bytes`);
  });

  it("leaves other kinds of files to sharp", async () => {
    const drawn = await picture(60, 50, 1);
    const plain = await drawn.clone().jpeg().toBuffer();
    const others = {
      progressive: await drawn.clone().jpeg({ progressive: true }).toBuffer(),
      cmyk: await drawn.clone().toColourspace("cmyk").jpeg().toBuffer(),
      tiny: await (await picture(15, 50, 1)).jpeg().toBuffer(),
      png: await drawn.clone().png().toBuffer(),
      "two frames": Buffer.concat([plain.subarray(0, 2), plain.subarray(2, -2), plain.subarray(2)]),
      "an unknown segment": withSegment(plain, 0xf0, Buffer.alloc(4)),
      "EXIF that is damaged": withSegment(
        plain,
        0xe1,
        Buffer.from("Exif\0\0II*\0\xff\xff\xff\xff"),
      ),
      empty: Buffer.alloc(0),
    };
    const accepted = Object.entries(others).filter(([name, file]) => {
      if (name !== "two frames") return jpegRows(file, options) !== undefined;
      // Known only behind the first one.
      assert.throws(() => fastTensor(file), DamagedJpeg);
      return false;
    });
    assert.deepEqual(accepted, []);
    assert.equal(jpegRows(plain, { ...options, maxPixels: 60 * 50 - 1 }), undefined);
    assert.ok(jpegRows(plain, options));
  });

  it("is not led astray by application data, comments and what comes behind the file", async () => {
    const plain = await (await picture(60, 50, 2)).jpeg().toBuffer();
    const expected = fastTensor(plain);
    const decorated = withSegment(
      withSegment(plain, 0xfe, Buffer.from("a comment")),
      0xed,
      Buffer.alloc(3000, 0xff),
    );
    assert.deepEqual(fastTensor(Buffer.concat([decorated, Buffer.from("a preview")])), expected);
  });

  it("notices a file that is damaged anywhere, and still decodes the next one", async () => {
    const file = await (await picture(200, 150, 4)).jpeg({ quality: 80 }).toBuffer();
    const resizer = new Resizer(sizes);
    const expected = fastTensor(file, resizer);
    for (const kept of [0.3, 0.6, 0.95, 0.999]) {
      const part = file.subarray(0, Math.floor(file.length * kept));
      assert.throws(() => fastTensor(part, resizer), DamagedJpeg, `${kept} of the file`);
      assert.deepEqual(fastTensor(file, resizer), expected);
    }
  });

  it("says of changed files what sharp says, or makes the same of them", async function () {
    this.timeout(120_000);
    const file = await (await picture(90, 70, 5)).jpeg({ quality: 70 }).toBuffer();
    const preprocessor = new Preprocessor(sizes, options);
    const changes = fc.array(
      fc.tuple(fc.nat(file.length - 1), fc.constantFrom(0, 1, 0x7f, 0x80, 0xc4, 0xd0, 0xff)),
      { minLength: 1, maxLength: 6 },
    );
    let refused = 0;
    let different = 0;
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const other = Buffer.from(file);
        for (const [place, value] of changed) other[place] = value;
        const tensor = new Uint8Array(sizes.crop * sizes.crop * 3);
        const [ours, theirs] = await Promise.allSettled([
          preprocessor.fill(Uint8Array.from(other), tensor),
          wholeTensor(other),
        ]);
        if (ours.status === "rejected") refused += 1;
        if (theirs.status === "fulfilled") {
          assert.equal(ours.status, "fulfilled");
          if (!Buffer.from(tensor).equals(theirs.value)) different += 1;
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(refused > 20, `${refused} were refused`);
    // Once in 16,000 changed files a factor is so large that 16 bits overflow, which libjpeg's own forms do not agree about.
    assert.ok(different <= 1, `${different} are different`);
  });
});
