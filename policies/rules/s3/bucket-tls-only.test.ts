import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { outcomesOf, testResource } from "../../testing";
import { bucketTlsOnly } from "./bucket-tls-only";

const NAME = "kennel-photos";
const ARN = `arn:aws:s3:::${NAME}`;
const deny = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [ARN, `${ARN}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const document = (...statements: unknown[]): object => ({
  Version: "2012-10-17",
  Statement: statements,
});

const bucket = (
  props: Record<string, unknown> = { bucket: NAME },
  type = "aws:s3/bucket:Bucket",
): JudgedResource => testResource({ type, name: "photos", props });
const policyOf = (on: JudgedResource, policy: unknown, name: unknown = NAME): JudgedResource =>
  testResource({
    type: "aws:s3/bucketPolicy:BucketPolicy",
    name: "policy",
    props: { bucket: name, policy },
    propertyDependencies: { bucket: [on] },
  });
const said = (...resources: JudgedResource[]): string[] =>
  outcomesOf(bucketTlsOnly, resources).map((each) =>
    "unknown" in each
      ? `unknown ${each.unknown} of ${each.resource?.name}`
      : `${each.resource?.name}: ${each.message}`,
  );
const saidOf = (...statements: unknown[]): string[] =>
  said(bucket(), policyOf(bucket(), JSON.stringify(document(...statements))));

describe("bucket-tls-only", () => {
  for (const [title, statements] of [
    ["the usual statement", [deny]],
    ["a star as the resource", [{ ...deny, Resource: "*" }]],
    ["one pattern for bucket and objects", [{ ...deny, Resource: `${ARN}*` }]],
    [
      "two statements",
      [
        { ...deny, Resource: ARN },
        { ...deny, Resource: `${ARN}/*` },
      ],
    ],
    ["AWS: *", [{ ...deny, Principal: { AWS: ["*"] } }]],
    ["every action there is", [{ ...deny, Action: "*" }]],
    [
      "another spelling",
      [{ ...deny, Action: ["S3:*"], Condition: { bool: { "AWS:securetransport": [false] } } }],
    ],
    ["NotAction of another service", [{ ...deny, Action: undefined, NotAction: "iam:*" }]],
    ["a denial of everything", [{ ...deny, Condition: undefined }]],
    [
      "China",
      [{ ...deny, Resource: [ARN, `${ARN}/*`].map((each) => each.replace("aws", "aws-cn")) }],
    ],
    [
      "more than that",
      [
        deny,
        { ...deny, Effect: "Allow", Condition: undefined, Principal: { AWS: "123456789012" } },
      ],
    ],
  ] as const) {
    it(`passes ${title}`, () => {
      assert.deepEqual(saidOf(...statements), []);
    });
  }

  for (const [title, statements] of [
    [
      "an Allow with TLS",
      [{ ...deny, Effect: "Allow", Condition: { Bool: { "aws:SecureTransport": "true" } } }],
    ],
    ["a denial of TLS", [{ ...deny, Condition: { Bool: { "aws:SecureTransport": "true" } } }]],
    [
      "a denial of old TLS only",
      [{ ...deny, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } }],
    ],
    ["one action", [{ ...deny, Action: "s3:GetObject" }]],
    ["one prefix of actions", [{ ...deny, Action: "s3:Get*" }]],
    ["all actions but some", [{ ...deny, Action: undefined, NotAction: "s3:ListBucket" }]],
    ["one principal", [{ ...deny, Principal: { AWS: "arn:aws:iam::123456789012:root" } }]],
    [
      "all principals but one",
      [{ ...deny, Principal: undefined, NotPrincipal: { AWS: "123456789012" } }],
    ],
    ["objects without the bucket", [{ ...deny, Resource: `${ARN}/*` }]],
    ["the bucket without objects", [{ ...deny, Resource: ARN }]],
    ["some objects", [{ ...deny, Resource: [ARN, `${ARN}/data/*`] }]],
    ["objects with short names", [{ ...deny, Resource: [ARN, `${ARN}/?`] }]],
    ["another bucket", [{ ...deny, Resource: ["arn:aws:s3:::other", "arn:aws:s3:::other/*"] }]],
    [
      "a second condition",
      [
        {
          ...deny,
          Condition: {
            ...deny.Condition,
            StringEquals: { "aws:PrincipalAccount": "123456789012" },
          },
        },
      ],
    ],
  ] as const) {
    it(`finds ${title}`, () => {
      const found = saidOf(...statements);
      assert.equal(found.length, 1);
      assert.match(found[0]!, /^policy: policy has no statement/);
    });
  }

  it("finds a bucket without a policy, and a policy that cannot be read", () => {
    assert.match(said(bucket())[0]!, /^photos: photos has no policy/);
    assert.match(said(bucket(), policyOf(bucket(), "{"))[0]!, /cannot be read.*JSON/);
  });

  it("does not take another bucket's policy for its own", () => {
    const other = testResource({
      type: "aws:s3/bucket:Bucket",
      name: "other",
      props: { bucket: "other" },
    });
    const found = said(bucket(), other, policyOf(bucket(), document(deny)));
    assert.deepEqual(found, ["other: other has no policy that denies requests without TLS."]);
  });

  it("reads policies inside buckets", () => {
    for (const type of ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"]) {
      assert.deepEqual(
        said(bucket({ bucket: NAME, policy: JSON.stringify(document(deny)) }, type)),
        [],
      );
      assert.equal(
        said(bucket({ bucket: NAME, policy: JSON.stringify(document()) }, type)).length,
        1,
      );
    }
  });

  it("names what a preview does not know", () => {
    const one = bucket();
    assert.deepEqual(said(one, policyOf(one, UNKNOWN)), ["unknown policy of policy"]);
    assert.deepEqual(said(one, policyOf(one, document({ ...deny, Resource: UNKNOWN }))), [
      "unknown policy.Statement[0].Resource of policy",
    ]);
    const later = bucket({ bucket: UNKNOWN });
    assert.deepEqual(said(later, policyOf(later, document(deny), UNKNOWN)), [
      "unknown bucket of policy",
    ]);
    assert.deepEqual(
      said(later, policyOf(later, document({ ...deny, Resource: "*" }), UNKNOWN)),
      [],
    );
    const unclear = testResource({
      type: "aws:s3/bucketPolicy:BucketPolicy",
      name: "policy",
      props: { bucket: UNKNOWN, policy: document(deny) },
    });
    assert.deepEqual(said(one, unclear), ["unknown bucket of policy"]);
  });
});
