import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";

import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { create } from "tar";

import { startSandbox, type Sandbox } from "../sandbox/start";
import { addressOf, type Artefact, listArtefacts } from "./artefacts";
import { type ModelFacts, photosMatch, readFacts } from "./model-facts";

const BUCKET = "team-data";
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("the models of a bucket", function () {
  this.timeout(60_000);

  let directory: string;
  let sandbox: Sandbox;
  let s3: S3Client;
  const cache = process.env["XDG_CACHE_HOME"];

  const photos = { "train/cat/ä.jpg": sha256("1"), "train/dog/0.jpg": sha256("2") };
  const data = sha256(
    Object.entries(photos)
      .map(([name, digest]) => `${name}\0${digest}\n`)
      .join(""),
  );
  const metrics = { test_accuracy: 0.9, test_loss: 0.3, fingerprints: { data, weights: "w" } };
  const origin = { commit: "0123abc", image: null, job: "dogs-1", photos };

  const put = async (key: string, files: Record<string, string>): Promise<void> => {
    const folder = mkdtempSync(path.join(directory, "model-"));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(path.join(folder, name), text);
    }
    const names = Object.keys(files).map((name) => `./${name}`);
    await putBytes(key, await buffer(create({ gzip: true, cwd: folder }, names)));
  };
  const putBytes = (key: string, Body: Buffer): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body }));

  const read = async (key: string): Promise<[Artefact, ModelFacts | undefined]> => {
    const artefact = (await listArtefacts(s3, BUCKET)).find((each) => each.key === key)!;
    return [artefact, await readFacts(s3, artefact)];
  };

  before(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), "kennel-models-"));
    process.env["XDG_CACHE_HOME"] = path.join(directory, "cache");
    sandbox = await startSandbox();
    s3 = new S3Client({
      endpoint: sandbox.url,
      forcePathStyle: true,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });

  after(async () => {
    if (cache === undefined) {
      delete process.env["XDG_CACHE_HOME"];
    } else {
      process.env["XDG_CACHE_HOME"] = cache;
    }
    await sandbox.stop();
    rmSync(directory, { recursive: true });
  });

  it("tell what an archive holds, where it is, and which job has written it", async () => {
    const content = "model".repeat(100_000);
    await put("models/dogs-1/output/model.tar.gz", {
      "metrics.json": JSON.stringify(metrics),
      "model.onnx": content,
      "origin.json": JSON.stringify(origin),
    });
    const [artefact, facts] = await read("models/dogs-1/output/model.tar.gz");
    assert.equal(addressOf(artefact), "s3://team-data/models/dogs-1/output/model.tar.gz");
    assert.equal(artefact.job, "dogs-1");
    assert.deepEqual(facts, {
      digest: sha256(content),
      testAccuracy: 0.9,
      testLoss: 0.3,
      data,
      commit: "0123abc",
      image: undefined,
      job: "dogs-1",
      photos,
    });
    assert.equal(photosMatch(facts), true);
    const swapped = { ...photos, "train/cat/ä.jpg": sha256("another") };
    assert.equal(photosMatch({ ...facts, photos: swapped }), false);
  });

  it("need only the small archive beside one, where SageMaker has written it", async () => {
    const key = "models/dogs-2/output/model.tar.gz";
    await putBytes(key, Buffer.from("never read"));
    await put("models/dogs-2/output/output.tar.gz", {
      "report.html": "<html>",
      "origin.json": JSON.stringify({ model: sha256("2"), ...metrics, ...origin }),
    });
    const [artefact, facts] = await read(key);
    assert.equal(facts?.digest, sha256("2"));
    assert.equal(facts.testLoss, 0.3);
    assert.deepEqual(facts.photos, photos);
    assert.ok(!(await listArtefacts(s3, BUCKET)).some(({ key }) => key.includes("output.tar")));
    // Kept: what is gone in S3 is known all the same.
    await putBytes("models/dogs-2/output/output.tar.gz", Buffer.from(""));
    assert.deepEqual(await readFacts(s3, artefact), JSON.parse(JSON.stringify(facts)));
  });

  it("of an older kind say what they know", async () => {
    await put("models/old/model.tar.gz", { "model.onnx": "old", "metrics.json": "not JSON" });
    const [artefact, facts] = await read("models/old/model.tar.gz");
    assert.equal(artefact.job, undefined);
    assert.equal(facts?.digest, sha256("old"));
    assert.equal(photosMatch(facts), undefined);
  });

  for (const [what, bytes] of [
    ["no archive", "hello"],
    ["nothing", ""],
  ] as const) {
    it(`do not stop at ${what}`, async () => {
      await putBytes("models/broken/model.tar.gz", Buffer.from(bytes));
      assert.equal((await read("models/broken/model.tar.gz"))[1], undefined);
    });
  }

  it("do not stop at half an archive", async () => {
    const folder = path.join(directory, "half");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "model.onnx"), Buffer.alloc(1_000_000, "x1y2"));
    const whole = await buffer(create({ gzip: true, cwd: folder }, ["model.onnx"]));
    await putBytes("models/half/model.tar.gz", whole.subarray(0, whole.length / 2));
    assert.equal((await read("models/half/model.tar.gz"))[1], undefined);
  });
});
