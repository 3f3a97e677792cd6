import { eachOf, whereKnown } from "../../outcomes";
import type { JudgedResource, Wire } from "../../resource";
import { defineRule, type Outcome } from "../../rule";

/** Predefined ACLs that let in more than the owner and AWS itself (S3 user guide, "Canned ACL"). */
const PUBLIC_ACLS = [
  "public-read",
  "public-read-write",
  "authenticated-read",
  "PublicRead",
  "PublicReadWrite",
  "AuthenticatedRead",
];
/** The groups of everybody, and of everybody with an AWS account. */
const PUBLIC_GROUP = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

export const noPublicAcl = defineRule({
  name: "no-public-acl",
  what: "No ACL opens a bucket or an object to everybody.",
  why: "Whoever guesses the name reads the data, and search engines for open buckets guess all day.",
  howToFix: "Leave the ACL out and let the bucket's owner own everything in it:",
  example: [
    "new aws.s3.BucketOwnershipControls(name, {",
    "  bucket: bucket.bucket,",
    '  rule: { objectOwnership: "BucketOwnerEnforced" },',
    "});",
  ],
  severity: "critical",
  level: "mandatory",
  standards: {
    cisAws5: "2.1.4",
    nist80053r5: "AC-3, AC-3(7), AC-4, AC-6, AC-21, SC-7",
    securityHub: "S3.2, S3.3, S3.12",
  },
  types: [
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketV2:BucketV2",
    "aws:s3/bucketAcl:BucketAcl",
    "aws:s3/bucketAclV2:BucketAclV2",
    "aws:s3/bucketObject:BucketObject",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/objectCopy:ObjectCopy",
    "aws-native:s3:Bucket",
  ],
  *check(resource): Generator<Outcome> {
    const { properties } = resource;
    for (const property of ["acl", "accessControl"]) {
      yield* whereKnown(function* () {
        const acl = properties[property];
        if (PUBLIC_ACLS.includes(acl)) {
          yield {
            message: `\`${property}\` of ${resource.name} is ${acl}: it opens it to everybody.`,
            fix: `Leave \`${property}\` out: it is private then.`,
          };
        }
      });
    }
    yield* judgeGrants(resource, "grants", () => properties["grants"]);
    const policyGrants = (): Wire => properties["accessControlPolicy"]?.grants;
    yield* judgeGrants(resource, "accessControlPolicy.grants", policyGrants);
  },
});

function judgeGrants(
  { name }: JudgedResource,
  path: string,
  grants: () => Wire,
): Generator<Outcome> {
  return eachOf(grants, function* (grant, index) {
    const group = PUBLIC_GROUP.exec(grant.uri ?? grant.grantee?.uri ?? "")?.[1];
    if (group !== undefined) {
      yield {
        message: `\`${path}[${index}]\` of ${name} grants access to ${group}: to ${group === "AllUsers" ? "everybody" : "everybody with an AWS account"}.`,
        fix: "Remove the grant and name who may read in the bucket's policy.",
      };
    }
  });
}
