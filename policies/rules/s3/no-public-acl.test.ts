import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { noPublicAcl } from "./no-public-acl";

const said = (type: string, props: Record<string, unknown>): string[] =>
  outcomesOf(noPublicAcl, [testResource({ type, props })]).map((each) =>
    "unknown" in each ? `unknown ${each.unknown}` : each.message,
  );
const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

describe("no-public-acl", () => {
  for (const [type, props, expected] of [
    ["aws:s3/bucket:Bucket", { acl: "public-read" }, /`acl` of it is public-read/],
    ["aws:s3/bucketV2:BucketV2", { acl: "public-read-write" }, /public-read-write/],
    ["aws:s3/bucketAcl:BucketAcl", { acl: "authenticated-read" }, /authenticated-read/],
    ["aws:s3/bucketAclV2:BucketAclV2", { acl: "public-read" }, /public-read/],
    ["aws:s3/bucketObjectv2:BucketObjectv2", { acl: "public-read" }, /public-read/],
    ["aws-native:s3:Bucket", { accessControl: "PublicRead" }, /PublicRead/],
    [
      "aws:s3/bucket:Bucket",
      { grants: [{ type: "Group", uri: ALL_USERS, permissions: ["READ"] }] },
      /`grants\[0\]`.*AllUsers/,
    ],
    [
      "aws:s3/bucketAcl:BucketAcl",
      { accessControlPolicy: { grants: [{ grantee: { uri: AUTHENTICATED } }] } },
      /AuthenticatedUsers: to everybody with/,
    ],
  ] as const) {
    it(`finds ${JSON.stringify(props)} in ${type}`, () => {
      const found = said(type, props);
      assert.equal(found.length, 1);
      assert.match(found[0]!, expected);
    });
  }

  for (const props of [
    {},
    { acl: "private" },
    { acl: "log-delivery-write" },
    { grants: [{ type: "CanonicalUser", id: "abc" }] },
    { grants: [{ type: "Group", uri: "http://acs.amazonaws.com/groups/s3/LogDelivery" }] },
  ]) {
    it(`passes ${JSON.stringify(props)}`, () => {
      assert.deepEqual(said("aws:s3/bucket:Bucket", props), []);
    });
  }

  it("names what a preview does not know, and judges the rest", () => {
    assert.deepEqual(said("aws:s3/bucket:Bucket", { acl: UNKNOWN, grants: UNKNOWN }), [
      "unknown acl",
      "unknown grants",
    ]);
    const found = said("aws:s3/bucket:Bucket", { grants: [{ uri: UNKNOWN }, { uri: ALL_USERS }] });
    assert.equal(found[0], "unknown grants[0].uri");
    assert.match(found[1]!, /grants\[1\]/);
  });
});
