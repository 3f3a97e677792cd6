import assert from "node:assert/strict";
import { allOf, only } from "../testing/find";
import { testLocation } from "../testing/location";
import { record, type Recording } from "../testing/recorder";
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

  it("is built from the repository's root and tagged with its content", async () => {
    const { inputs } = only(await build(), "awsx:ecr:Image");
    assert.equal(inputs["context"], ".");
    assert.equal(inputs["dockerfile"], "containers/inference/Dockerfile");
    assert.equal(inputs["platform"], "linux/amd64");
    assert.match(String(inputs["imageTag"]), /^[0-9a-f]{16}$/);
    const { inputs: again } = only(await build(), "awsx:ecr:Image");
    assert.equal(again["imageTag"], inputs["imageTag"]);
  });

  it("is addressed by digest", async () => {
    const { result } = await record(() => newImage().imageUri);
    assert.match(
      result,
      /^123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com\/kennel-dev\/inference@sha256:[0-9a-f]{64}$/,
    );
  });

  it("makes nothing else", async () => {
    const recording = await build();
    assert.equal(recording.resources.length, 4);
    assert.equal(allOf(recording, "kennel:index:Image").length, 1);
  });
});
