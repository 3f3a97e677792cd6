import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { outcomesOf, testResource } from "../../testing/outcomes";
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
describe("bucket-tls-only", () => {
  it("passes a policy that denies them, and finds one that does not", () => {
    assert.deepEqual(said(bucket(), policyOf(bucket(), JSON.stringify(document(deny)))), []);
    const found = said(bucket(), policyOf(bucket(), document({ ...deny, Action: "s3:GetObject" })));
    assert.equal(found.length, 1);
    assert.match(found[0]!, /^policy: policy has no statement that denies every action on the buc/);
  });

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
