import assert from "node:assert/strict";
import { only, statement } from "../../testing/find";
import { testLocation } from "../../testing/location";
import { record, type Recording } from "../../offline/recorder";
import { DataBucket, type DataBucketArgs } from "./data-bucket";

const settings = { oldVersionsDays: 30, captureDays: 90, cacheDays: 7 };

function build(args: Partial<DataBucketArgs> = {}, stage?: "preview"): Promise<Recording<unknown>> {
  return record(
    () =>
      new DataBucket("data", {
        bucketName: "kennel-dev-data",
        location: testLocation(),
        settings,
        ...args,
      }),
    { stage },
  );
}

describe("DataBucket", () => {
  it("is private", async () => {
    const block = only(await build(), "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
    assert.deepEqual(block.inputs, {
      bucket: "kennel-dev-data",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  });

  it("has no access lists", async () => {
    const controls = only(await build(), "aws:s3/bucketOwnershipControls:BucketOwnershipControls");
    assert.deepEqual(controls.inputs["rule"], { objectOwnership: "BucketOwnerEnforced" });
  });

  it("keeps versions", async () => {
    const versioning = only(await build(), "aws:s3/bucketVersioning:BucketVersioning");
    assert.deepEqual(versioning.inputs["versioningConfiguration"], { status: "Enabled" });
  });

  it("is encrypted with S3's keys, or with the configured one", async () => {
    const type =
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    assert.deepEqual(only(await build(), type).inputs["rules"], [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";
    const withKey = await build({ settings: { ...settings, kmsKeyArn } });
    assert.deepEqual(only(withKey, type).inputs["rules"], [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("makes a key of its own where it is told to, and keeps it with what it encrypts", async () => {
    const recording = await build({ settings: { ...settings, ownKey: true }, keep: true });
    const encryption = only(
      recording,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    assert.match(JSON.stringify(encryption.inputs["rules"]), /:key\/[0-9a-f-]{36}"/);
    const { inputs, options } = only(recording, "aws:kms/key:Key");
    assert.equal(inputs["enableKeyRotation"], true);
    assert.deepEqual([options.protect, options.retainOnDelete], [true, true]);
  });

  it("answers over TLS 1.2 and later only", async () => {
    const bucketPolicy = only(await build(), "aws:s3/bucketPolicy:BucketPolicy");
    const resources = ["arn:aws:s3:::kennel-dev-data", "arn:aws:s3:::kennel-dev-data/*"];
    assert.deepEqual(statement(bucketPolicy, "DenyWithoutTls"), {
      Sid: "DenyWithoutTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: resources,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    assert.deepEqual(statement(bucketPolicy, "DenyOldTls").Condition, {
      NumericLessThan: { "s3:TlsVersion": "1.2" },
    });
  });

  it("forgets old versions, recordings and caches after the configured days", async () => {
    const { inputs } = only(
      await build(),
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    );
    assert.deepEqual(inputs["rules"], [
      {
        id: "old-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        expiration: { expiredObjectDeleteMarker: true },
      },
      {
        id: "capture",
        status: "Enabled",
        filter: { prefix: "capture/" },
        expiration: { days: 90 },
      },
      { id: "async", status: "Enabled", filter: { prefix: "async/" }, expiration: { days: 90 } },
      { id: "batch", status: "Enabled", filter: { prefix: "batch/" }, expiration: { days: 90 } },
      { id: "cache", status: "Enabled", filter: { prefix: "cache/" }, expiration: { days: 7 } },
    ]);
  });

  it("goes with the stack, unless it is to be kept", async () => {
    const dropped = only(await build(), "aws:s3/bucket:Bucket");
    assert.equal(dropped.inputs["forceDestroy"], true);
    assert.equal(dropped.options.protect || dropped.options.retainOnDelete, false);
    const kept = only(await build({ keep: true }), "aws:s3/bucket:Bucket");
    assert.equal(kept.inputs["forceDestroy"], false);
    assert.equal(kept.options.protect && kept.options.retainOnDelete, true);
  });

  it("has everything as its direct children, so that what depends on it waits for all", async () => {
    const recording = await build();
    const component = only(recording, "kennel:index:DataBucket");
    const others = recording.resources.filter((resource) => resource !== component);
    assert.equal(others.length, 7);
    for (const { parent, urn } of others) {
      assert.equal(parent, component.urn, urn);
    }
  });

  it("logs who read and wrote, where there is a bucket for that", async () => {
    const type = "aws:s3/bucketLogging:BucketLogging";
    const recording = await build({ settings: { ...settings, accessLogs: "team-access-logs" } });
    assert.deepEqual(only(recording, type).inputs, {
      bucket: "kennel-dev-data",
      targetBucket: "team-access-logs",
      targetPrefix: "kennel-dev-data/",
    });
  });

  it("uses a bucket that is there already, and leaves it as it is", async () => {
    const existing = await record(
      () =>
        new DataBucket("data", {
          bucketName: "kennel-dev-data",
          location: testLocation(),
          settings: { ...settings, existing: "team-dog-photos" },
        }).bucketName,
    );
    assert.equal(existing.result, "team-dog-photos");
    assert.deepEqual(
      existing.resources.map(({ type }) => type),
      ["kennel:index:DataBucket"],
    );
  });

  it("knows its policy in a preview", async () => {
    const recording = await record(
      () =>
        new DataBucket("data", {
          bucketName: "kennel-dev-data",
          location: testLocation(),
          settings,
        }),
      { stage: "preview" },
    );
    const bucketPolicy = only(recording, "aws:s3/bucketPolicy:BucketPolicy");
    assert.doesNotMatch(JSON.stringify(bucketPolicy.inputs), /unknown/i);
  });
});
