import assert from "node:assert/strict";
import { isUnknownFinding } from "../../outcomes";
import { outcomesOf, testResource, type TestResource } from "../../testing/outcomes";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { noFullAccess } from "./no-full-access";

const FULL = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" },
};
const ROLE = "aws:iam/role:Role";

const messages = (...resources: TestResource[]): string[] =>
  outcomesOf(noFullAccess, resources.map(testResource)).map((outcome) =>
    isUnknownFinding(outcome) ? `unknown ${outcome.unknown}` : outcome.message,
  );

describe("no-full-access", () => {
  const bad: TestResource[] = [
    { type: ROLE, props: { inlinePolicies: [{ name: "a", policy: JSON.stringify(FULL) }] } },
    { type: ROLE, props: { managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"] } },
    { type: "aws:iam/rolePolicy:RolePolicy", props: { policy: FULL } },
    { type: "aws:iam/policy:Policy", props: { policy: JSON.stringify(FULL) } },
    { type: "aws:iam/userPolicy:UserPolicy", props: { policy: FULL } },
    { type: "aws:iam/groupPolicy:GroupPolicy", props: { policy: FULL } },
    ...[
      "rolePolicyAttachment:RolePolicyAttachment",
      "userPolicyAttachment:UserPolicyAttachment",
      "policyAttachment:PolicyAttachment",
    ].map((type) => ({
      type: `aws:iam/${type}`,
      props: { policyArn: "arn:aws:iam::aws:policy/job-function/DataScientist" },
    })),
    {
      type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
      props: { policyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
    },
    {
      type: "aws-native:iam:Role",
      props: { policies: [{ policyName: "a", policyDocument: FULL }] },
    },
    { type: "aws-native:iam:ManagedPolicy", props: { policyDocument: FULL } },
  ];
  for (const resource of bad) {
    it(`finds it in ${resource.type} ${JSON.stringify(resource.props).slice(0, 60)}`, () => {
      assert.equal(messages(resource).length, 1);
    });
  }

  it("leaves other policies alone", () => {
    const narrow = { ...FULL, Statement: { ...FULL.Statement, Resource: "arn:aws:s3:::a/*" } };
    assert.deepEqual(
      messages(
        { type: "aws:iam/rolePolicy:RolePolicy", name: "a", props: { policy: narrow } },
        { type: ROLE, name: "b", props: { managedPolicyArns: [], inlinePolicies: [{}] } },
        { type: ROLE, name: "c", props: {} },
        { type: "aws:s3/bucketPolicy:BucketPolicy", name: "d", props: { policy: FULL } },
      ),
      [],
    );
  });

  it("leaves a policy that the stack declares to its own judgement", () => {
    const policy = testResource({ type: "aws:iam/policy:Policy", props: { policy: UNKNOWN } });
    const attached = (type: string, property: string, ...on: JudgedResource[]): TestResource => ({
      type,
      props: { [property]: property === "policyArn" ? UNKNOWN : [UNKNOWN] },
      propertyDependencies: { [property]: on },
    });
    for (const [type, property] of [
      ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn"],
      [ROLE, "managedPolicyArns"],
    ] as const) {
      assert.deepEqual(messages(attached(type, property, policy)), []);
      assert.equal(messages(attached(type, property)).length, 1);
      assert.equal(
        messages(attached(type, property, policy, testResource({ type: ROLE }))).length,
        1,
      );
    }
  });

  it("names what is not known yet, and what is known beside it", () => {
    assert.deepEqual(
      messages({
        type: ROLE,
        props: {
          inlinePolicies: [{ policy: UNKNOWN }],
          managedPolicyArns: [UNKNOWN, "arn:aws:iam::aws:policy/AmazonS3FullAccess"],
        },
      }).map((message) => message.slice(0, 40)),
      [
        "unknown inlinePolicies[0].policy",
        "unknown managedPolicyArns[0]",
        "managedPolicyArns[1]: attaches AmazonS3F",
      ],
    );
  });
});
