import { bucketVersioning } from "./bucket-versioning";
import { BUCKET, BUCKET_V2, describeSetting, NATIVE } from "../../testing/bucket-setting";

describeSetting({
  rule: bucketVersioning,
  good: [
    [
      "aws:s3/bucketVersioning:BucketVersioning",
      { versioningConfiguration: { status: "Enabled" } },
    ],
    [
      "aws:s3/bucketVersioningV2:BucketVersioningV2",
      { versioningConfiguration: { status: "Enabled" } },
    ],
  ],
  bad: [
    [
      "aws:s3/bucketVersioning:BucketVersioning",
      { versioningConfiguration: { status: "Suspended" } },
    ],
    [
      "aws:s3/bucketVersioningV2:BucketVersioningV2",
      { versioningConfiguration: { status: "Disabled" } },
    ],
  ],
  goodInline: [
    [BUCKET, { versioning: { enabled: true } }],
    [BUCKET_V2, { versionings: [{ enabled: true }] }],
    [NATIVE, { versioningConfiguration: { status: "Enabled" } }],
  ],
  badInline: [
    [BUCKET, { versioning: { enabled: false } }],
    [NATIVE, { versioningConfiguration: { status: "Suspended" } }],
  ],
  inline: "versioning",
});
