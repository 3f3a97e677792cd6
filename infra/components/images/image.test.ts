import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { allOf, only } from "../../testing/find";
import { testLocation } from "../../testing/location";
import { record, type Recording } from "../../offline/recorder";
import { Image, type ImageArgs } from "./image";

function newImage(args: Partial<ImageArgs> = {}): Image {
  return new Image("inference", {
    repositoryName: "kennel-dev/inference",
    location: testLocation(),
    dockerfile: "containers/inference/Dockerfile",
    ...args,
  });
}

function build(args: Partial<ImageArgs> = {}): Promise<Recording<unknown>> {
  return record(() => newImage(args));
}

describe("Image", () => {
  it("lives in an immutable repository that scans what is pushed", async () => {
    const { inputs } = only(await build(), "aws:ecr/repository:Repository");
    assert.deepEqual(inputs, {
      name: "kennel-dev/inference",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      forceDelete: true,
    });
  });

  it("keeps its images where it is told to", async () => {
    const { inputs } = only(await build({ keep: true }), "aws:ecr/repository:Repository");
    assert.equal(inputs["forceDelete"], false);
  });

  it("never expires an image that has a tag", async () => {
    const { inputs } = only(await build(), "aws:ecr/lifecyclePolicy:LifecyclePolicy");
    const { rules } = inputs["policy"] as { rules: { selection: { tagStatus: string } }[] };
    assert.deepEqual(
      rules.map(({ selection }) => selection.tagStatus),
      ["untagged"],
    );
  });

  it("is built from a folder with its sources alone and tagged with its content", async () => {
    const { inputs } = only(await build(), "awsx:ecr:Image");
    assert.match(String(inputs["context"]), /^\.cache\/images\/inference-[0-9a-f]{16}$/);
    const dockerfile = path.join(String(inputs["context"]), "containers/inference/Dockerfile");
    assert.equal(inputs["dockerfile"], dockerfile);
    assert.ok(fs.existsSync(dockerfile));
    assert.equal(inputs["platform"], "linux/amd64");
    assert.match(String(inputs["imageTag"]), /^[0-9a-f]{16}$/);
    const { inputs: again } = only(await build(), "awsx:ecr:Image");
    assert.equal(again["imageTag"], inputs["imageTag"]);
  });

  it("is addressed by digest", async () => {
    const { result } = await record(() => newImage().uriFor("ml.m5.large"));
    assert.match(
      result,
      /^123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com\/kennel-dev\/inference@sha256:[0-9a-f]{64}$/,
    );
  });

  it("is another one for each platform", async () => {
    const platforms = ["linux/amd64", "linux/arm64"] as const;
    const recording = await record(() => {
      const image = newImage({ platforms });
      return [undefined, "ml.m5.large", "ml.c7g.large"].map((type) => image.uriFor(type));
    });
    const tags = ["inference", "inference-arm64"].map(
      (name) => only(recording, "awsx:ecr:Image", name).inputs["imageTag"],
    );
    assert.equal(new Set(tags).size, 2);
    const [serverless, x86, arm] = recording.result;
    assert.equal(serverless, x86);
    assert.notEqual(x86, arm);
  });

  it("names the platform that it is not built for", async () => {
    await record(() => {
      const image = newImage();
      const message = /ml\.c7g\.large needs an image for linux\/arm64/;
      assert.throws(() => image.uriFor("ml.c7g.large"), message);
    });
  });

  it("makes nothing else", async () => {
    const recording = await build();
    assert.equal(recording.resources.length, 4);
    assert.equal(allOf(recording, "kennel:index:Image").length, 1);
  });
});
