import type { JudgedResource, Wire } from "../../resource";
import { defineRule, type Finding } from "../../rule";
import { choice } from "../../settings";
import { judgeBuckets, NATIVE_BUCKET } from "./buckets";
import { declared, listOf } from "../values";

interface Config {
  algorithm: "any" | "aws:kms";
}

export const bucketEncryption = defineRule<Config>({
  name: "bucket-encryption",
  what: "Every bucket declares how it encrypts what it holds.",
  why: "S3 encrypts with its own key where nobody says otherwise; whose key it is, and who may use it, should be a decision that can be read, reviewed and kept.",
  example: [
    "new aws.s3.BucketServerSideEncryptionConfiguration(name, {",
    "  bucket: bucket.bucket,",
    '  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],',
    "});",
  ],
  severity: "medium",
  level: "advisory",
  standards: {
    nist80053r5: "CA-9(1), CM-3(6), SC-13, SC-28, SC-28(1), SC-7(10), SI-7(6)",
    securityHub: "S3.17",
  },
  config: {
    algorithm: choice(
      ["any", "aws:kms"],
      "any",
      "What counts as encrypted: any algorithm of S3, or keys of AWS KMS only.",
    ),
  },
  stack: (stack, { config }) =>
    judgeBuckets(stack, {
      separateTypes: [
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
      ],
      judgeSeparate: ({ properties, name }) =>
        judgeRules(listOf(properties["rules"]), name, config),
      judgeInline(bucket): readonly Finding[] | undefined {
        const rules = inlineRules(bucket);
        return rules.length === 0 ? undefined : judgeRules(rules, bucket.name, config);
      },
      missing: ({ name }) => ({
        message: `${name} does not declare its encryption.`,
        fix: fixFor(config),
      }),
    }),
});

function inlineRules(bucket: JudgedResource): readonly Wire[] {
  return bucket.type === NATIVE_BUCKET
    ? listOf(declared(bucket, "bucketEncryption")?.serverSideEncryptionConfiguration)
    : [
        ...listOf(declared(bucket, "serverSideEncryptionConfiguration")?.rule),
        ...listOf<Wire>(declared(bucket, "serverSideEncryptionConfigurations")).flatMap(
          ({ rules }) => listOf(rules),
        ),
      ];
}

/** What the providers call the default of a rule, or the defaults. */
const DEFAULTS = [
  "applyServerSideEncryptionByDefault",
  "applyServerSideEncryptionByDefaults",
  "serverSideEncryptionByDefault",
];

function judgeRules(rules: readonly Wire[], name: string, { algorithm }: Config): Finding[] {
  const algorithms: string[] = rules.flatMap((rule) =>
    DEFAULTS.flatMap((key) => listOf<Wire>(rule[key])).flatMap(
      ({ sseAlgorithm }) => sseAlgorithm ?? [],
    ),
  );
  const fix = fixFor({ algorithm });
  if (algorithms.length === 0) {
    return [{ message: `${name} names no algorithm for what the bucket holds.`, fix }];
  }
  // aws:kms:dsse is KMS, twice.
  return algorithm === "any" || algorithms.every((each) => each.startsWith("aws:kms"))
    ? []
    : [{ message: `${name} encrypts with ${algorithms.join(", ")}, not with AWS KMS.`, fix }];
}

function fixFor({ algorithm }: Config): string {
  const encryption =
    algorithm === "any"
      ? '{ sseAlgorithm: "AES256" }'
      : '{ sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn }';
  return `new aws.s3.BucketServerSideEncryptionConfiguration(name, { bucket: bucket.bucket, rules: [{ applyServerSideEncryptionByDefault: ${encryption} }] });`;
}
