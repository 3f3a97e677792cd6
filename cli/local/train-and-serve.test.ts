import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { PYTHON } from "../../scripts/python-environment";
import { REPOSITORY } from "../repository";
import { drawStripes } from "../testing/draw-stripes";
import { inEnvironment } from "../testing/environment";
import { loadFunction } from "./function";
import { InferenceServer } from "./inference-server";
import { readPhotos } from "./photos";
import { RuntimeEndpoint } from "./runtime-endpoint";

const PHOTOS = { train: 24, valid: 8, test: 8 };
const CLASSES = ["across", "upright"] as const;

async function drawDataSet(folder: string): Promise<void> {
  for (const [split, count] of Object.entries(PHOTOS)) {
    for (const label of CLASSES) {
      const target = path.join(folder, split, label);
      mkdirSync(target, { recursive: true });
      for (let number = 0; number < count; number += 1) {
        // Splits share no seed: the test photos are new to the model.
        const seed = number + split.length * 100;
        await drawStripes(path.join(target, `${number}.jpg`), label === "upright", seed);
      }
    }
  }
}

describe("a model trained from scratch", function () {
  this.timeout(180_000);

  let directory: string;

  let leaveEnvironment = (): void => undefined;

  before(function () {
    // The function's bundle reads its settings there.
    leaveEnvironment = inEnvironment({});
    if (!existsSync(PYTHON)) {
      this.skip();
    }
    directory = mkdtempSync(path.join(os.tmpdir(), "kennel-train-"));
  });

  after(() => {
    leaveEnvironment();
    if (directory !== undefined) {
      rmSync(directory, { recursive: true });
    }
  });

  it("is served as it was trained, and tells new photos apart through the function", async () => {
    const data = path.join(directory, "photos");
    const model = path.join(directory, "model");
    await drawDataSet(data);
    const train = ["training-scripts/train.py", "--data", data, "--model_dir", model];
    const folders = ["output", "checkpoint", "cache"].flatMap((name) => [
      `--${name}_dir`,
      path.join(directory, name),
    ]);
    const choices = ["--backbone", "resnet18", "--weights", "none", "--image-size", "64"];
    const output = execFileSync(PYTHON, [...train, ...folders, ...choices, "--epochs", "15"], {
      cwd: REPOSITORY,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    assert.match(output, /^Testing Accuracy: /m);
    const metrics = JSON.parse(readFileSync(path.join(model, "metrics.json"), "utf8")) as {
      test_accuracy: number;
    };
    assert.ok(metrics.test_accuracy >= 0.9, output);

    const server = InferenceServer.launch(model);
    try {
      await server.ready();
      const endpoint = await RuntimeEndpoint.start({ trained: server.url });
      const classify = await loadFunction({ endpointName: "trained", runtimeUrl: endpoint.url });
      let right = 0;
      for (const label of CLASSES) {
        for (const photo of readPhotos(
          [0, 1, 2, 3].map((n) => path.join(data, "test", label, `${n}.jpg`)),
        )) {
          const answer = await classify(photo);
          assert.equal(answer.kind, "classified");
          right += answer.kind === "classified" && answer.predictions[0]!.label === label ? 1 : 0;
        }
      }
      await endpoint.stop();
      assert.ok(right >= 7, `${right} of 8`);
    } finally {
      await server.stop();
    }
  });
});
