import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { progressiveJpeg } from "../../../testing/hostile-photos";
import { scanCount, segmentsOf } from "./segments";

const photos = join(__dirname, "../../../fixtures/photos");

describe("segmentsOf", () => {
  it("ends in a file that has no further marker", () => {
    const file = Buffer.from("ffd8ffe0000400004a4a4a", "hex");
    assert.deepEqual(
      [...segmentsOf(file)].map(({ marker, end }) => [marker, end]),
      [[0xe0, 8]],
    );
  });
});

describe("scanCount", () => {
  it("counts the scans of what encoders write", async () => {
    const counts = ["landscape.jpg", "restarts.jpg", "portrait-progressive.jpg"].map((name) =>
      scanCount(readFileSync(join(photos, name)), 1000),
    );
    assert.deepEqual(counts, [1, 1, 10]);
    const optimised = await sharp(join(photos, "landscape.jpg")).jpeg({ mozjpeg: true }).toBuffer();
    const many = scanCount(optimised, 1000);
    assert.ok(many > 1 && many < 30, `${many}`);
  });

  it("counts as far as it is told", () => {
    assert.equal(scanCount(progressiveJpeg(64, 5000), 10_000), 5000);
    assert.equal(scanCount(progressiveJpeg(64, 5000), 10), 10);
  });

  it("leaves out what only looks like scans: a thumbnail, and what follows the photo", () => {
    const photo = readFileSync(join(photos, "landscape.jpg"));
    const thumbnail = progressiveJpeg(64, 50);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(thumbnail.length + 2);
    const parts = [photo.subarray(0, 2), Buffer.of(0xff, 0xe1), length, thumbnail];
    const file = Buffer.concat([...parts, photo.subarray(2), progressiveJpeg(64, 500)]);
    assert.equal(scanCount(file, 1000), 1);
  });

  it("counts scans behind what libjpeg passes over", () => {
    const [start, scan, rest] = [
      Buffer.of(0xff, 0xd8),
      Buffer.of(0xff, 0xda, 0, 2),
      Buffer.alloc(9),
    ];
    for (const passed of ["fffe0000", "ff02ffff", "ffffff", "ff00ffff", "ffd0ffff"]) {
      const file = Buffer.concat([start, scan, Buffer.from(passed, "hex"), scan, scan, rest]);
      assert.equal(scanCount(file, 10), 3, passed);
    }
  });

  it("ends on anything", () => {
    assert.equal(scanCount(Buffer.alloc(0), 10), 0);
    assert.equal(scanCount(Buffer.alloc(1000, 0xff), 10), 0);
    const photo = readFileSync(join(photos, "landscape.jpg"));
    for (let end = 0; end < 700; end += 1) scanCount(photo.subarray(0, end), 10);
  });
});
