import assert from "node:assert/strict";
import { encodeConfig } from "./testing/arbitrary-config";
import { allOf } from "./testing/find";
import { recordProgram } from "./offline/program";

const model = "models/7/model.tar.gz";

/** Types of what stays by its options, and the sentences that say so. */
async function afterDestroy(raw: Record<string, unknown>) {
  const recording = await recordProgram({ config: encodeConfig(raw) });
  const kept = recording.resources.filter(({ options }) => options.retainOnDelete);
  return {
    types: [...new Set(kept.map(({ type }) => type.split(":").at(-1)!))].sort(),
    sentences: recording.result["keptOnDestroy"] as string[],
    recording,
  };
}

describe("what stays after a destroy", () => {
  it("is nothing outside production where no endpoint is the stack's own", async () => {
    const { types, sentences } = await afterDestroy({
      endpoints: { main: { existing: "dogs" } },
      data: { ownKey: true },
    });
    assert.deepEqual(types, []);
    assert.deepEqual(sentences, []);
  });

  it("is what a rolled back endpoint may run on, and what SageMaker writes", async () => {
    const { types, sentences } = await afterDestroy({ endpoints: { main: { model } } });
    assert.deepEqual(types, ["EndpointConfiguration", "Model"]);
    assert.equal(sentences.length, 2);
    assert.match(
      sentences[0]!,
      /^SageMaker models and endpoint configurations main-…: .*kennel-dev-main-/,
    );
    assert.match(sentences[1]!, /^Log group \/aws\/sagemaker\/Endpoints\/kennel-dev-main-/);
  });

  it("is data, key and images in production, each with what protects it, and each said", async () => {
    const { types, sentences, recording } = await afterDestroy({
      environment: "prod",
      data: { ownKey: true, accessLogs: "team-access-logs" },
    });
    const ofTheKept = /^aws:(s3|kms|ecr)\//;
    assert.deepEqual(types, [
      "Alias",
      "Bucket",
      "BucketLifecycleConfiguration",
      "BucketLogging",
      "BucketOwnershipControls",
      "BucketPolicy",
      "BucketPublicAccessBlock",
      "BucketServerSideEncryptionConfiguration",
      "BucketVersioning",
      "Key",
      "LifecyclePolicy",
      "Repository",
    ]);
    for (const { type, options } of recording.resources) {
      assert.equal(options.retainOnDelete, ofTheKept.test(type), type);
    }
    assert.deepEqual(
      sentences.map((sentence) => sentence.split(" ")[0]),
      ["Bucket", "KMS", "Image"],
    );
    assert.match(
      sentences[0]!,
      /^Bucket kennel-dev-data-123456789012-us-east-1 with its settings:/,
    );
    const isProtected = recording.resources.filter(({ options }) => options.protect);
    assert.deepEqual(isProtected.map(({ type }) => type).sort(), [
      "aws:kms/alias:Alias",
      "aws:kms/key:Key",
      "aws:s3/bucket:Bucket",
    ]);
    assert.equal(allOf(recording, "aws:ecr/repository:Repository").length, 2);
  });
});
