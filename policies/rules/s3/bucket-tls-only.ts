import { defineRule } from "../../rule";
import { judgeTlsOnly } from "../tls-only";
import { BUCKET_TYPES, linkTo } from "./buckets";

export const bucketTlsOnly = defineRule({
  name: "bucket-tls-only",
  what: "Every bucket's policy denies requests without TLS.",
  why: "S3 also answers over plain HTTP: what is sent that way can be read and changed in transit.",
  example: [
    "new aws.s3.BucketPolicy(name, {",
    "  bucket: bucket.bucket,",
    "  policy: {",
    '    Version: "2012-10-17",',
    "    Statement: [{",
    '      Effect: "Deny",',
    '      Principal: "*",',
    '      Action: "s3:*",',
    "      Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],",
    '      Condition: { Bool: { "aws:SecureTransport": "false" } },',
    "    }],",
    "  },",
    "});",
  ],
  severity: "medium",
  level: "mandatory",
  standards: {
    cisAws5: "2.1.1",
    nist80053r5: "AC-17(2), AC-4, IA-5(1), SC-13, SC-23, SC-8, SC-8(1), SI-7(6)",
    securityHub: "S3.5",
  },
  stack: (stack) =>
    judgeTlsOnly(stack, {
      owners: BUCKET_TYPES,
      policies: {
        "aws:s3/bucketPolicy:BucketPolicy": "policy",
        "aws-native:s3:BucketPolicy": "policyDocument",
      },
      link: linkTo,
      nameOf(bucket, policy) {
        const name = bucket.known[linkTo(bucket).to];
        return typeof name === "string" ? name : policy?.known["bucket"];
      },
      service: "s3",
      resources: (name) => [
        `arn:\${Partition}:s3:::${name}`,
        `arn:\${Partition}:s3:::${name}/[*+]`,
      ],
      on: "the bucket and all its objects",
      fix: (bucket = "BUCKET") =>
        `{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::${bucket}", "arn:aws:s3:::${bucket}/*"], "Condition": { "Bool": { "aws:SecureTransport": "false" } } }`,
    }),
});
