import { whereKnown } from "../../outcomes";
import type { JudgedResource, JudgedStack } from "../../resource";
import { defineRule, type Finding, type Outcome } from "../../rule";
import { judgeBuckets, NATIVE_BUCKET } from "./buckets";
import { declared } from "../values";

const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";
const SETTINGS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
] as const;
const ALL_ON = SETTINGS.map((setting) => `${setting}: true`).join(", ");

export const bucketPublicAccessBlock = defineRule({
  name: "bucket-public-access-block",
  what: "Every bucket blocks public access, with all four settings.",
  why: "One mistaken policy or ACL then does not publish the data: photos, models and what was recorded of requests.",
  example: [
    "new aws.s3.BucketPublicAccessBlock(name, {",
    "  bucket: bucket.bucket,",
    ...SETTINGS.map((setting) => `  ${setting}: true,`),
    "});",
  ],
  severity: "high",
  level: "remediate",
  standards: {
    cisAws5: "2.1.4",
    nist80053r5: "AC-3, AC-4, AC-4(21), AC-6, AC-21, SC-7, SC-7(11), SC-7(21)",
    securityHub: "S3.1, S3.2, S3.3, S3.8",
  },
  types: [BLOCK, ACCOUNT_BLOCK],
  *check({ name, properties }): Generator<Outcome> {
    for (const setting of SETTINGS) {
      yield* whereKnown(function* () {
        if (properties[setting] !== true) {
          yield {
            message: `${name} leaves ${setting} off.`,
            fix: `${setting}: true`,
            repair: { [setting]: true },
          };
        }
      });
    }
  },
  stack: (stack) =>
    isAccountBlocked(stack)
      ? []
      : judgeBuckets(stack, {
          separateTypes: [BLOCK],
          // Each of them is judged as a resource.
          judgeSeparate: () => [],
          judgeInline,
          missing: ({ name }) => ({
            message: `${name} has no public access block.`,
            fix: `new aws.s3.BucketPublicAccessBlock(name, { bucket: bucket.bucket, ${ALL_ON} });`,
          }),
        }),
});

/** Whether the stack blocks public access for the account as a whole. One that is not known to count does not. */
function isAccountBlocked(stack: JudgedStack): boolean {
  return stack
    .ofType(ACCOUNT_BLOCK)
    .some(({ known }) => SETTINGS.every((setting) => known[setting] === true));
}

/** Only the native provider's bucket has the settings inline. */
function judgeInline(bucket: JudgedResource): readonly Finding[] | undefined {
  const inline =
    bucket.type === NATIVE_BUCKET ? declared(bucket, "publicAccessBlockConfiguration") : undefined;
  return (
    inline &&
    SETTINGS.filter((setting) => inline[setting] !== true).map((setting) => ({
      message: `\`publicAccessBlockConfiguration\` of ${bucket.name} leaves ${setting} off.`,
      fix: `publicAccessBlockConfiguration: { ${ALL_ON} }`,
    }))
  );
}
