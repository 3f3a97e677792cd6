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

describe("what one role holds", () => {
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
});
