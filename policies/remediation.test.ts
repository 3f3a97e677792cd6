import assert from "node:assert/strict";
import { secret, TestEngine, UNKNOWN_STRING, type WireProperties } from "./testing/engine";
import { rules } from "./rules";

const remediate = (type: string, properties: WireProperties): Promise<object> =>
  new TestEngine(rules).remediate({ type, name: "it", properties });

describe("a repair, on the wire", () => {
  const NOTEBOOK = "aws:sagemaker/notebookInstance:NotebookInstance";
  const INSTANCE = "aws:ec2/instance:Instance";

  it("changes what is wrong and keeps unknown values unknown and secrets secret", async () => {
    const properties = {
      roleArn: UNKNOWN_STRING,
      subnetId: "subnet-1",
      securityGroups: [UNKNOWN_STRING, "sg-1"],
      tags: { owner: secret("somebody"), stack: UNKNOWN_STRING },
      kmsKeyId: secret("key-1"),
      rootAccess: "Enabled",
    };
    assert.deepEqual(await remediate(NOTEBOOK, properties), {
      "notebook-no-direct-internet": { ...properties, directInternetAccess: "Disabled" },
      "notebook-no-root": {
        ...properties,
        directInternetAccess: "Disabled",
        rootAccess: "Disabled",
      },
    });
  });

  it("merges into an object, and into one that is a secret", async () => {
    const options = { httpTokens: "optional", instanceMetadataTags: UNKNOWN_STRING };
    const required = { ...options, httpTokens: "required" };
    assert.deepEqual(await remediate(INSTANCE, { metadataOptions: options, ami: secret("ami") }), {
      "instance-metadata-v2": { metadataOptions: required, ami: secret("ami") },
    });
    assert.deepEqual(await remediate(INSTANCE, { metadataOptions: secret(options) }), {
      "instance-metadata-v2": { metadataOptions: secret(required) },
    });
  });

  it("keeps a secret property secret when its value is repaired", async () => {
    const found = await remediate(NOTEBOOK, {
      rootAccess: secret("Enabled"),
      directInternetAccess: "Disabled",
    });
    assert.deepEqual(found, {
      "notebook-no-root": { rootAccess: secret("Disabled"), directInternetAccess: "Disabled" },
    });
  });

  it("changes nothing that is right, and nothing on a guess", async () => {
    assert.deepEqual(
      await remediate(NOTEBOOK, { rootAccess: "Disabled", directInternetAccess: UNKNOWN_STRING }),
      {},
    );
    assert.deepEqual(await remediate(INSTANCE, { metadataOptions: UNKNOWN_STRING }), {});
  });

  for (const [rule, type, broken, repaired] of [
    [
      "bucket-public-access-block",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      { bucket: UNKNOWN_STRING, blockPublicAcls: false },
      {
        bucket: UNKNOWN_STRING,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
    ],
  ] as const) {
    it(`of ${rule} keeps the rest`, async () => {
      assert.deepEqual(await remediate(type, broken), { [rule]: repaired });
    });
  }
});
