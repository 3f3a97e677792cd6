import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { modelSourceProblem, parseModelSource } from "./model-source";
import { projectRoot } from "./project-root";
import { writeModelDirectory } from "./testing/model-directory";

describe("model source", () => {
  let directory: string;
  beforeEach(() => {
    directory = writeModelDirectory();
  });
  afterEach(() => {
    fs.rmSync(directory, { recursive: true });
  });

  it("is an object in S3", () => {
    assert.equal(modelSourceProblem("s3://team-models/dogs/5/model.tar.gz"), undefined);
    assert.deepEqual(parseModelSource("s3://team-models/dogs/5/model.tar.gz"), {
      kind: "object",
      bucket: "team-models",
      key: "dogs/5/model.tar.gz",
    });
  });

  it("is a key of the data bucket", () => {
    assert.equal(modelSourceProblem("models/dogs/model.tar.gz"), undefined);
    assert.deepEqual(parseModelSource("models/dogs/model.tar.gz"), {
      kind: "data-bucket",
      key: "models/dogs/model.tar.gz",
    });
  });

  it("is a model directory, from the repository's root", () => {
    const relative = path.relative(projectRoot, directory);
    assert.equal(modelSourceProblem(relative), undefined);
    assert.deepEqual(parseModelSource(relative), { kind: "directory", path: directory });
  });

  it("names what a directory lacks", () => {
    fs.rmSync(path.join(directory, "classes.json"));
    assert.equal(modelSourceProblem(directory), "has no classes.json");
  });

  for (const [text, reason] of [
    ["", /leave the key out/],
    ["https://example.com/model.tar.gz", /not the address/],
    ["s3://team-models/dogs/", /not the address/],
    ["s3://team-models/*/model.tar.gz", /not the address/],
    ["dogs/model.tar.gz", /under models\//],
    ["no/such/directory", /not a directory/],
    ["package.json", /not a directory/],
  ] as const) {
    it(`refuses ${text === "" ? "nothing" : text}`, () => {
      assert.match(modelSourceProblem(text) ?? "", reason);
    });
  }
});
