import assert from "node:assert/strict";
import { outcomesOf, testResource } from "./testing/outcomes";
import type { JudgedResource } from "./resource";
import { isUnknownFinding } from "./outcomes";
import { noPrivilegeEscalation } from "./rules/iam/no-privilege-escalation";

const allow = (...actions: string[]): object => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
});
const PASS = allow("iam:PassRole");
const JOB = allow("sagemaker:CreateTrainingJob");

const together = (...resources: JudgedResource[]): string[] =>
  outcomesOf(noPrivilegeEscalation, resources).map((outcome) =>
    isUnknownFinding(outcome) ? outcome.unknown : `${outcome.resource?.name}: ${outcome.message}`,
  );

describe("what one role, user or group has", () => {
  const role = testResource({
    type: "aws:iam/role:Role",
    name: "train",
    props: { name: "train-1", inlinePolicies: [{ name: "pass", policy: PASS }] },
  });

  it("is judged together, by what a policy was computed from", () => {
    const policy = testResource({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "notebook",
      props: { policy: JOB },
      propertyDependencies: { role: [role] },
    });
    const [found, ...more] = together(role, policy);
    assert.match(
      found!,
      /^train: The policies of train together: statement 1 of train\.inlinePolicies\[0\]\.policy and statement 1 of notebook together allow iam:PassRole on every role and sagemaker:CreateTrainingJob/,
    );
    assert.deepEqual(more, []);
  });

  it("is judged together, by names and ARNs", () => {
    const policy = testResource({
      type: "aws:iam/policy:Policy",
      name: "notebook",
      props: { policy: JOB, arn: "arn:aws:iam::123456789012:policy/notebook" },
    });
    const attachment = testResource({
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      name: "attach",
      props: { role: "train-1", policyArn: "arn:aws:iam::123456789012:policy/notebook" },
    });
    assert.equal(together(role, policy, attachment).length, 1);
    assert.deepEqual(together(role, policy), []);
  });

  it("is judged within its permissions boundary", () => {
    const boundary = (Statement: object): JudgedResource =>
      testResource({
        type: "aws:iam/policy:Policy",
        name: "boundary",
        props: {
          policy: { Version: "2012-10-17", Statement },
          arn: "arn:aws:iam::123456789012:policy/boundary",
        },
      });
    const bounded = testResource({
      type: "aws:iam/role:Role",
      name: "train",
      props: {
        name: "train-1",
        inlinePolicies: [{ policy: PASS }, { policy: JOB }],
        permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      },
    });
    const found = (Statement: object): number =>
      together(bounded, boundary(Statement)).filter((each) => each.includes("together")).length;
    const all = { Effect: "Allow", Action: "*", Resource: "*" };
    const one = "arn:aws:iam::123456789012:role/kennel";
    assert.equal(found(all), 1);
    assert.equal(found({ ...all, Action: ["s3:*", "sagemaker:*"] }), 0);
    assert.equal(found({ ...all, Action: ["IAM:*", "sagemaker:*"] }), 1);
    assert.equal(found([all, { ...all, Effect: "Deny", Action: "iam:*" }]), 0);
    assert.equal(
      found([
        { ...all, Action: "sagemaker:*" },
        { ...all, Action: "iam:*", Resource: one },
      ]),
      0,
    );
    // In doubt it may be allowed.
    assert.equal(found({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }), 1);
  });

  it("is not what another role holds", () => {
    const policy = testResource({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "notebook",
      props: { policy: JOB, role: "other" },
    });
    assert.deepEqual(together(role, policy), []);
  });

  it("takes in what is known of the AWS managed policies that are attached", () => {
    const attachment = testResource({
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      name: "attach",
      props: { role: "train-1", policyArn: "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess" },
    });
    const [found] = together(role, attachment);
    assert.match(found!, /and statement 1 of AmazonSageMakerFullAccess together allow/);
  });

  it("of a user takes in what its groups have", () => {
    const user = testResource({ type: "aws:iam/user:User", name: "ann", props: { name: "ann" } });
    const group = testResource({ type: "aws:iam/group:Group", name: "ml", props: { name: "ml" } });
    const policies = [
      testResource({
        type: "aws:iam/userPolicy:UserPolicy",
        name: "pass",
        props: { user: "ann", policy: PASS },
      }),
      testResource({
        type: "aws:iam/groupPolicy:GroupPolicy",
        name: "jobs",
        props: { group: "ml", policy: JOB },
      }),
    ];
    const membership = testResource({
      type: "aws:iam/userGroupMembership:UserGroupMembership",
      name: "in",
      props: { user: "ann", groups: ["ml"] },
    });
    assert.match(together(user, group, ...policies, membership)[0]!, /^ann: The policies of ann/);
    assert.deepEqual(together(user, group, ...policies), []);
  });

  it("is judged alike in resources of the native provider", () => {
    const native = testResource({
      type: "aws-native:iam:User",
      name: "ann",
      props: { policies: [{ policyDocument: PASS }], groups: ["ml"] },
    });
    const group = testResource({
      type: "aws-native:iam:Group",
      name: "ml",
      props: { name: "ml", policies: [{ policyDocument: JOB }] },
    });
    assert.equal(together(native, group).length, 1);
  });
});
