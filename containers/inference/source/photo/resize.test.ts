import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { removeTemporaryDirectories, temporaryDirectory } from "../../testing/model-files";
import { Preprocessor } from "./preprocess";
import { cropOf, Resizer } from "./resize";

const fixtures = join(__dirname, "../../fixtures");
const sizes = { resize: 256, crop: 224 };
type Hashes = Readonly<Record<string, string>>;

async function tensorHash(path: string, decode: "full" | "reduced" = "full"): Promise<string> {
  const tensor = new Uint8Array(sizes.crop * sizes.crop * 3);
  const options = { ...sizes, maxPixels: 50_000_000, exifOrientation: true };
  const preprocessor = new Preprocessor({ ...options, isReduced: decode === "reduced" });
  await preprocessor.fill(readFileSync(path), tensor);
  return createHash("sha256").update(tensor).digest("hex");
}

describe("preprocessing, against Pillow and torchvision", () => {
  after(removeTemporaryDirectories);

  it("makes bit-identical tensors of every kind of photo", async () => {
    const expected = JSON.parse(readFileSync(join(fixtures, "tensors.json"), "utf8")) as Hashes;
    const names = readdirSync(join(fixtures, "photos")).sort();
    assert.deepEqual(names, Object.keys(expected).sort());
    const hashes: Record<string, string> = {};
    for (const name of names) hashes[name] = await tensorHash(join(fixtures, "photos", name));
    assert.deepEqual(hashes, expected);
  });

  it("makes the tensors that the training scripts make of random photos, in full and reduced", async function () {
    const python = join(__dirname, "../../../../.venv/bin/python");
    if (!existsSync(python)) {
      this.test!.title += ` (skipped: there is no Python environment in .venv)`;
      this.skip();
    }
    this.timeout(120_000);
    const directory = temporaryDirectory("photos");
    const script = join(fixtures, "make_photos.py");
    const seed = String(Math.floor(Date.now() / 1000) % 1_000_000);
    this.test!.title += ` (seed ${seed})`;
    const given = ["-W", "ignore", script, "--random", "10", "--seed", seed, "--into", directory];
    const output = execFileSync(python, given, { encoding: "utf8" });
    const expected = JSON.parse(output) as Record<string, Hashes>;
    const hashes: Record<string, Hashes> = {};
    for (const name of Object.keys(expected)) {
      const path = join(directory, name);
      hashes[name] = { full: await tensorHash(path), reduced: await tensorHash(path, "reduced") };
    }
    assert.deepEqual(hashes, expected);
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
    const data = new Uint8Array(20_000 * 3).fill(200);
    const tensor = new Uint8Array(224 * 224 * 3);
    new Resizer(sizes).resizeAndCrop({ data, width: 20_000, height: 1, orientation: 1 }, tensor);
    assert.ok(tensor.every((value) => value === 200));
  });
});
