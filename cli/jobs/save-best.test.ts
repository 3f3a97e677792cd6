import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { StackConfiguration } from "../promote/stack-configuration";
import { saveHyperparameters } from "./save-best";

describe("a trial's hyperparameters in a stack's file", () => {
  let directory: string;
  let file: string;

  const best = { learning_rate: "0.0123456789", batch_size: "64" };
  const save = (text: string, name = "dogs") => {
    writeFileSync(file, text);
    return saveHyperparameters(new StackConfiguration("dev", directory), name, best);
  };
  const written = (): string => readFileSync(file, "utf8");

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), "kennel-best-"));
    file = path.join(directory, "Pulumi.dev.yaml");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("replace those that are there, in the file's own spelling, and nothing else", () => {
    const changes = save(
      [
        "# Ours.",
        "config:",
        "  aws:region: us-east-1 # near us",
        "  kennel:training:",
        "    dogs:",
        "      # What the team agreed on.",
        "      hyperparameters: { batch-size: 32, backbone: efficientnet_lite0 }",
        "      tuning: {jobs: 12}",
        "",
      ].join("\n"),
    );
    assert.deepEqual(changes, [
      { name: "learning_rate", from: undefined, to: 0.0123456789 },
      { name: "batch-size", from: 32, to: 64 },
    ]);
    assert.equal(
      written(),
      [
        "# Ours.",
        "config:",
        "  aws:region: us-east-1 # near us",
        "  kennel:training:",
        "    dogs:",
        "      # What the team agreed on.",
        "      hyperparameters: { batch-size: 64, backbone: efficientnet_lite0, learning_rate: 0.0123456789 }",
        "      tuning: { jobs: 12 }",
        "",
      ].join("\n"),
    );
    assert.deepEqual(readdirSync(directory), ["Pulumi.dev.yaml"]);
  });

  for (const job of ["{}", "", "{ instanceType: ml.m5.large }"]) {
    it(`are added to a job that says "${job}"`, () => {
      assert.equal(save(`config:\n  kennel:training:\n    dogs: ${job}\n`).length, 2);
      assert.match(
        written(),
        /hyperparameters:[\s{]+learning_rate: 0.0123456789[\s,]+batch_size: 64/,
      );
      assert.deepEqual(save(written()), [], "the second time");
    });
  }

  for (const text of ["config: {}\n", "config:\n  kennel:training: {}\n", "", "config: [\n"]) {
    it(`are refused, and named, where the file has no such job: ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => save(text),
        /has no kennel:training\.dogs.*"learning_rate":"0.0123456789"/,
      );
      assert.equal(written(), text);
    });
  }
});
