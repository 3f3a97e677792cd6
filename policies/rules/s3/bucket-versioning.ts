import type { JudgedResource, Wire } from "../../resource";
import { defineRule, type Finding } from "../../rule";
import { judgeBuckets, NATIVE_BUCKET } from "./buckets";
import { declared, listOf } from "../values";

const FIX =
  'new aws.s3.BucketVersioning(name, { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } });';

export const bucketVersioning = defineRule({
  name: "bucket-versioning",
  what: "Every bucket keeps the old versions of what it holds.",
  why: "A model or a photo that was overwritten or deleted by mistake, or by ransomware, can be brought back.",
  howToFix:
    "Turn versioning on, as below. A lifecycle rule with `noncurrentVersionExpiration` keeps the cost down.",
  example: [
    "new aws.s3.BucketVersioning(name, {",
    "  bucket: bucket.bucket,",
    '  versioningConfiguration: { status: "Enabled" },',
    "});",
  ],
  severity: "low",
  level: "advisory",
  standards: {
    nist80053r5: "AU-9(2), CP-10, CP-6, CP-9, SC-5(2), SI-12, SI-13(5)",
    securityHub: "S3.14",
  },
  stack: (stack) =>
    judgeBuckets(stack, {
      separateTypes: [
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:s3/bucketVersioningV2:BucketVersioningV2",
      ],
      judgeSeparate: ({ name, properties }) => judge(name, properties["versioningConfiguration"]),
      judgeInline(bucket): readonly Finding[] | undefined {
        const inline = inlineVersioning(bucket);
        return inline && judge(bucket.name, inline);
      },
      missing: ({ name }) => ({ message: `${name} keeps no old versions.`, fix: FIX }),
    }),
});

function inlineVersioning(bucket: JudgedResource): Wire {
  return bucket.type === NATIVE_BUCKET
    ? declared(bucket, "versioningConfiguration")
    : (declared(bucket, "versioning") ?? listOf(declared(bucket, "versionings"))[0]);
}

function judge(name: string, versioning: Wire): Finding[] {
  return versioning?.enabled === true || versioning?.status === "Enabled"
    ? []
    : [{ message: `${name} leaves versioning off.`, fix: FIX }];
}
