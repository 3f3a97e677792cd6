import assert from "node:assert/strict";
import type { JudgedResource } from "../../resource";
import { bucketEncryption } from "./bucket-encryption";
import {
  bucket,
  BUCKET,
  BUCKET_V2,
  describeSetting,
  NATIVE,
  said,
  separate,
} from "../../testing/bucket-setting";

const ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const ENCRYPTION_V2 =
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2";
const aes = { sseAlgorithm: "AES256" };

describeSetting({
  rule: bucketEncryption,
  good: [
    [ENCRYPTION, { rules: [{ applyServerSideEncryptionByDefault: aes }] }],
    [
      ENCRYPTION_V2,
      { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] },
    ],
  ],
  bad: [
    [ENCRYPTION, { rules: [] }],
    [ENCRYPTION_V2, { rules: [{ bucketKeyEnabled: true }] }],
  ],
  goodInline: [
    [
      BUCKET,
      {
        serverSideEncryptionConfiguration: { rule: { applyServerSideEncryptionByDefault: aes } },
      },
    ],
    [
      BUCKET_V2,
      {
        serverSideEncryptionConfigurations: [
          { rules: [{ applyServerSideEncryptionByDefaults: [aes] }] },
        ],
      },
    ],
    [
      NATIVE,
      {
        bucketEncryption: {
          serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: aes }],
        },
      },
    ],
  ],
  badInline: [[BUCKET, { serverSideEncryptionConfiguration: { rule: {} } }]],
  inline: "serverSideEncryptionConfiguration",
});

describe("bucket-encryption with KMS asked for", () => {
  it("finds the keys of S3 and passes those of KMS", () => {
    const encryption = (sseAlgorithm: string): JudgedResource =>
      separate(ENCRYPTION, { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }] });
    const config = { algorithm: "aws:kms" };
    assert.match(said(bucketEncryption, [bucket(), encryption("AES256")], config)[0]!, /AES256/);
    assert.deepEqual(said(bucketEncryption, [bucket(), encryption("aws:kms:dsse")], config), []);
  });
});
