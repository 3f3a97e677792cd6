import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeTemporaryDirectories, writeModelDirectory } from "../testing/model-files";
import { StartupError } from "./errors";
import { readModelDirectory } from "./model-directory";

describe("readModelDirectory", () => {
  after(removeTemporaryDirectories);

  it("reads classes and preprocessing", () => {
    const directory = writeModelDirectory();
    const model = readModelDirectory(directory);
    assert.deepEqual(model.classes, ["red", "green", "blue"]);
    assert.deepEqual(model.preprocess, {
      exifOrientation: true,
      isReduced: false,
      resize: 32,
      crop: 32,
    });
    assert.equal(model.modelPath, join(directory, "model.onnx"));
  });

  it("takes the usual margin where resize is left out", () => {
    const preprocess =
      '{"version": 1, "exif_orientation": false, "crop": 224, "filter": "bilinear"}';
    const model = readModelDirectory(writeModelDirectory({ preprocess }));
    assert.equal(model.preprocess.resize, 256);
    assert.equal(model.preprocess.isReduced, false);
  });

  const wrong: readonly [string, Parameters<typeof writeModelDirectory>[0], RegExp][] = [
    [
      "a missing classes.json",
      { classes: null },
      /classes\.json is missing: expected a JSON array/,
    ],
    [
      "classes that are not an array",
      { classes: "{}" },
      /classes\.json is wrong .*expected a JSON array/,
    ],
    [
      "classes that are not JSON",
      { classes: "[" },
      /classes\.json can't be read .*expected a JSON/,
    ],
    ["a class named twice", { classes: '["a", "a", "b"]' }, /a class name appears twice/],
    ["a missing preprocess.json", { preprocess: null }, /preprocess\.json is missing: expected/],
    [
      "another filter",
      { preprocess: '{"version": 1, "exif_orientation": true, "crop": 4, "filter": "lanczos"}' },
      /preprocess\.json is wrong \(filter: .*bilinear/,
    ],
    [
      "a crop larger than the resized photo",
      {
        preprocess:
          '{"version": 1, "exif_orientation": true, "resize": 100, "crop": 200, "filter": "bilinear"}',
      },
      /crop must not be larger than resize/,
    ],
    [
      "an empty model",
      { model: Buffer.alloc(0) },
      /model\.onnx is empty \(0 bytes\): expected an ONNX/,
    ],
  ];
  for (const [what, files, message] of wrong) {
    it(`refuses ${what}`, () => {
      const directory = writeModelDirectory(files);
      assert.throws(() => readModelDirectory(directory), expected(message));
    });
  }

  it("refuses a directory that is missing, a file, or without a model", () => {
    const directory = writeModelDirectory();
    const missing = join(directory, "nowhere");
    assert.throws(() => readModelDirectory(missing), expected(/does not exist: set SM_MODEL_DIR/));
    writeFileSync(missing, "");
    assert.throws(() => readModelDirectory(missing), expected(/is not a directory/));
    rmSync(join(directory, "model.onnx"));
    assert.throws(() => readModelDirectory(directory), expected(/model\.onnx is missing/));
  });
});

function expected(message: RegExp) {
  return (error: Error) => {
    assert.ok(error instanceof StartupError);
    assert.match(error.message, message);
    assert.ok(!error.message.includes("\n"));
    return true;
  };
}
