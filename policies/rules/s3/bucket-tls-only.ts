import { readDocument } from "../../iam/document";
import { MARK } from "../../iam/patterns";
import type { JudgedResource } from "../../resource";
import { defineRule, type Finding, type Outcome } from "../../rule";
import { bucketName, judgeBuckets } from "./buckets";
import { declared, isAbsent } from "../values";
import { deniesPlainHttp } from "./tls-statements";

const NATIVE_POLICY = "aws-native:s3:BucketPolicy";

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
    judgeBuckets(stack, {
      separateTypes: ["aws:s3/bucketPolicy:BucketPolicy", NATIVE_POLICY],
      judgeSeparate: (separate, bucket) => judgeSeparate(separate, bucket),
      judgeInline,
      missing: ({ name }) => ({
        message: `${name} has no policy that denies requests without TLS.`,
        fix: fixFor("BUCKET"),
      }),
    }),
});

function judgeSeparate(separate: JudgedResource, bucket: JudgedResource): Outcome[] {
  const property = separate.type === NATIVE_POLICY ? "policyDocument" : "policy";
  const target = separate.known["bucket"];
  const name = bucketName(bucket) ?? (typeof target === "string" ? target : undefined);
  return judgeHeld(separate, property, name);
}

function judgeInline(bucket: JudgedResource): Outcome[] | undefined {
  const policy: unknown = declared(bucket, "policy");
  return isAbsent(policy) || policy === ""
    ? undefined
    : judgeHeld(bucket, "policy", bucketName(bucket));
}

/** What is wrong with a policy, once all that it depends on is known. */
function judgeHeld(
  { known, name }: JudgedResource,
  property: string,
  bucket: string | undefined,
): Outcome[] {
  const findings = judge(known[property], bucket, name);
  const { unknown } = readDocument(known[property]);
  if (findings.length === 0 || (unknown.length === 0 && bucket !== undefined)) {
    return findings;
  }
  return unknown.length === 0
    ? [{ unknown: "bucket" }]
    : unknown.map((path) => ({ unknown: path === "" ? property : `${property}.${path}` }));
}

/** Without a name, only a policy for every bucket there is counts. */
function judge(policy: unknown, bucket: string | undefined, name: string): Finding[] {
  const document = readDocument(policy);
  if (deniesPlainHttp(document, bucket ?? MARK)) {
    return [];
  }
  const problem = document.problems[0];
  return [
    {
      message:
        problem === undefined
          ? `${name} has no statement that denies every action on the bucket and all its objects to everybody who comes without TLS.`
          : `${name} cannot be read, so it denies nothing: ${problem}.`,
      fix: fixFor(bucket ?? "BUCKET"),
    },
  ];
}

function fixFor(bucket: string): string {
  return `{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::${bucket}", "arn:aws:s3:::${bucket}/*"], "Condition": { "Bool": { "aws:SecureTransport": "false" } } }`;
}
