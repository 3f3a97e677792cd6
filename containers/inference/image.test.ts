import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { removeTemporaryDirectories, temporaryDirectory } from "./testing/model-files";

const root = join(__dirname, "../..");

function bytesIn(directory: string): number {
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return paths.reduce((sum, path) => {
    const stats = lstatSync(join(directory, path));
    return stats.isFile() ? sum + stats.size : sum;
  }, 0);
}

describe("the image", () => {
  after(removeTemporaryDirectories);

  it("carries no more than 120 MB of packages, and they load", () => {
    const target = join(temporaryDirectory("image"), "node_modules");
    const script = join(__dirname, "native-packages.mjs");
    execFileSync(process.execPath, [script, join(root, "node_modules"), target]);
    assert.ok(bytesIn(target) < 120e6, `${bytesIn(target)} bytes`);
    const program = `
      const ort = require("onnxruntime-node");
      require("koffi").load(null);
      require("sharp")({ create: { width: 2, height: 3, channels: 3, background: "red" } }).jpeg().toBuffer()
        .then((photo) => process.stdout.write(typeof ort.InferenceSession.create + photo.length));`;
    const output = execFileSync(process.execPath, ["-e", program], { cwd: join(target, "..") });
    assert.match(output.toString(), /^function\d{3}/);
  });

  it("starts from one base image, pinned by digest, in every stage", () => {
    for (const container of ["inference", "training"]) {
      const dockerfile = readFileSync(join(root, "containers", container, "Dockerfile"), "utf8");
      assert.match(dockerfile, /^ARG BASE_IMAGE=[^\s@]+:[^\s@]+@sha256:[0-9a-f]{64}$/m);
      const stages = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, from]) => from);
      assert.deepEqual([...new Set(stages)], ["${BASE_IMAGE}"], container);
    }
  });

  it("copies the manifest of every workspace, without which npm ci fails", () => {
    const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      workspaces: string[];
    };
    const dockerfile = readFileSync(join(__dirname, "Dockerfile"), "utf8");
    const ignored = readFileSync(join(__dirname, "Dockerfile.dockerignore"), "utf8").split("\n");
    for (const workspace of workspaces) {
      const copies = dockerfile.split(`COPY ${workspace}/package.json ${workspace}/\n`).length - 1;
      assert.equal(copies, 1, `${workspace}/package.json in the Dockerfile`);
      const kept = [`!${workspace}`, `!${workspace}/package.json`];
      assert.ok(
        kept.some((line) => ignored.includes(line)),
        `${workspace} in Dockerfile.dockerignore`,
      );
    }
  });
});
