import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { removeTemporaryDirectories, temporaryDirectory } from "../../testing/model-files";
import { Preprocessor } from "./preprocess";
import { cropOf, Resizer } from "./resize";
import { rowsOf } from "./rows";

const fixtures = join(__dirname, "../../fixtures");
const sizes = { resize: 256, crop: 224 };
const options = { maxPixels: 50_000_000, exifOrientation: true };

async function tensorHash(path: string): Promise<string> {
  const tensor = new Uint8Array(sizes.crop * sizes.crop * 3);
  await new Preprocessor(sizes, options).fill(readFileSync(path), tensor);
  return createHash("sha256").update(tensor).digest("hex");
}

async function assertSameTensors(directory: string, expected: Record<string, string>) {
  const names = readdirSync(directory).sort();
  assert.deepEqual(names, Object.keys(expected).sort());
  const different: string[] = [];
  for (const name of names) {
    if ((await tensorHash(join(directory, name))) !== expected[name]) different.push(name);
  }
  assert.deepEqual(different, []);
}

describe("preprocessing, against Pillow and torchvision", () => {
  after(removeTemporaryDirectories);

  it("makes bit-identical tensors of every kind of photo", async () => {
    const expected = JSON.parse(readFileSync(join(fixtures, "tensors.json"), "utf8")) as Record<
      string,
      string
    >;
    assert.ok(Object.keys(expected).length >= 20);
    await assertSameTensors(join(fixtures, "photos"), expected);
  });

  it("makes bit-identical tensors of random photos that Pillow writes now", async function () {
    const python = join(__dirname, "../../../../.venv/bin/python");
    if (!existsSync(python)) {
      this.test!.title += ` (skipped: there is no Python environment in .venv)`;
      this.skip();
    }
    this.timeout(60_000);
    const directory = temporaryDirectory("photos");
    const script = join(fixtures, "make_photos.py");
    const parameters = ["-W", "ignore", script, "--random", "16", "--seed"];
    const seed = String(Math.floor(Date.now() / 1000) % 1_000_000);
    this.test!.title += ` (seed ${seed})`;
    const output = execFileSync(python, [...parameters, seed, "--into", directory]);
    await assertSameTensors(directory, JSON.parse(output.toString()) as Record<string, string>);
  });
});

describe("cropOf", () => {
  it("truncates the long side and rounds the offset half to even, as torchvision does", () => {
    assert.deepEqual(cropOf(500, 375, sizes), { width: 341, height: 256, left: 58, top: 16 });
    // (341 - 224) / 2 = 58.5 -> 58; (343 - 224) / 2 = 59.5 -> 60
    assert.deepEqual(cropOf(256, 343, sizes), { width: 256, height: 343, left: 16, top: 60 });
    assert.deepEqual(cropOf(1, 1, sizes), { width: 256, height: 256, left: 16, top: 16 });
  });

  it("takes extreme shapes without computing the whole photo", () => {
    const photo = { data: new Uint8Array(20_000 * 3).fill(200), width: 20_000, height: 1 };
    const tensor = new Uint8Array(224 * 224 * 3);
    new Resizer(sizes).resizeAndCrop(rowsOf(photo), tensor);
    assert.ok(tensor.every((value) => value === 200));
  });
});
