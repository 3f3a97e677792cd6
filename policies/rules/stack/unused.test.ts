import assert from "node:assert/strict";
import { CUSTOMER_POLICY, ROLE } from "../../documents";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import type { Rule } from "../../rule";
import { outcomesOf, testResource, type TestResource } from "../../testing/outcomes";
import { FUNCTION, PERMISSION } from "../lambda/types";
import { leftBehind } from "./left-behind";
import { INSTANCE_PROFILE } from "./role-usage";
import { unusedRole } from "./unused-role";

const ARN = "arn:aws:iam::123456789012:role/dogs";
const trust = (principal: unknown): object => ({
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: principal }],
});
const role = (props = {}): JudgedResource =>
  testResource({
    type: ROLE,
    name: "classify",
    props: {
      name: "dogs",
      arn: ARN,
      assumeRolePolicy: trust({ Service: "lambda.amazonaws.com" }),
      ...props,
    },
  });
const resource = (type: string, props = {}, rest: Partial<TestResource> = {}): JudgedResource =>
  testResource({ type, name: "it", props, ...rest });
const rolePolicy = resource("aws:iam/rolePolicy:RolePolicy", { role: "dogs", policy: "{}" });

const messages = (rule: Rule, resources: JudgedResource[], config: object = {}): string[] =>
  outcomesOf(rule, resources, config).map((outcome) =>
    "message" in outcome
      ? outcome.message
      : `unknown: ${outcome.resource?.name} ${outcome.unknown}`,
  );

describe("unused-role", () => {
  const unused = ["Nothing in the stack uses the role classify."];

  it("names a role that nothing uses; policies, profiles and waiting are not uses", () => {
    const attachment = resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {
      role: "dogs",
    });
    const profile = resource(INSTANCE_PROFILE, { role: "dogs", name: "profile" });
    const waiting = resource(FUNCTION, { name: "dogs" }, { dependencies: [role()] });
    for (const others of [[], [rolePolicy, attachment], [profile], [waiting]]) {
      assert.deepEqual(messages(unusedRole, [role(), ...others]), unused);
    }
    const component = resource("kennel:index:Training", { roleArn: ARN });
    assert.deepEqual(messages(unusedRole, [role(), component]), unused);
  });

  it("passes a role that something uses", () => {
    const made = role({ arn: UNKNOWN });
    for (const [used, user] of [
      [role(), resource(FUNCTION, { role: ARN })],
      [made, resource(FUNCTION, { role: UNKNOWN }, { propertyDependencies: { role: [made] } })],
      [role(), resource("aws:iam/rolePolicy:RolePolicy", { role: "x", policy: `{"${ARN}":1}` })],
      [role(), resource("pulumi:pulumi:Stack", { training: { roleArn: ARN } })],
      [made, resource("pulumi:pulumi:Stack", { training: UNKNOWN })],
    ] as const) {
      assert.deepEqual(messages(unusedRole, [used, user]), []);
    }
    const profile = resource(
      INSTANCE_PROFILE,
      { role: "dogs", name: "profile" },
      { name: "profile" },
    );
    const instance = resource("aws:ec2/instance:Instance", { iamInstanceProfile: "profile" });
    assert.deepEqual(messages(unusedRole, [role(), profile, instance]), []);
  });

  it("passes roles for people and other accounts, and those that are said to be used", () => {
    for (const principal of ["*", { AWS: "arn:aws:iam::1:root" }, { Federated: "github" }]) {
      assert.deepEqual(messages(unusedRole, [role({ assumeRolePolicy: trust(principal) })]), []);
      const text = JSON.stringify(trust(principal));
      assert.deepEqual(messages(unusedRole, [role({ assumeRolePolicy: text })]), []);
    }
    assert.deepEqual(messages(unusedRole, [role()], { usedElsewhere: ["classify"] }), []);
    assert.deepEqual(messages(unusedRole, [role()], { usedElsewhere: ["dogs"] }), []);
  });

  it("names what a preview does not know", () => {
    const doubtful = resource(FUNCTION, { role: UNKNOWN });
    assert.deepEqual(messages(unusedRole, [role(), doubtful]), ["unknown: it role"]);
    assert.deepEqual(messages(unusedRole, [role({ assumeRolePolicy: UNKNOWN })]), [
      "unknown: classify assumeRolePolicy",
    ]);
  });
});

describe("left-behind", () => {
  it("names a customer managed policy that is attached to nothing", () => {
    const arn = "arn:aws:iam::123456789012:policy/read";
    const policy = testResource({ type: CUSTOMER_POLICY, name: "read", props: { arn } });
    assert.deepEqual(messages(leftBehind, [policy]), [
      "The policy read is attached to nothing in the stack.",
    ]);
    const attached = resource("aws:iam/userPolicyAttachment:UserPolicyAttachment", {
      policyArn: arn,
    });
    assert.deepEqual(messages(leftBehind, [policy, attached]), []);
    const doubtful = resource("aws:iam/userPolicyAttachment:UserPolicyAttachment", {
      policyArn: UNKNOWN,
    });
    assert.deepEqual(messages(leftBehind, [policy, doubtful]), ["unknown: it policyArn"]);
  });

  it("names a permission for a function that is not there", () => {
    const permission = resource(PERMISSION, { function: "dogs:live" });
    assert.match(messages(leftBehind, [permission])[0]!, /function dogs, which is not/);
    const lambda = resource(FUNCTION, { name: "dogs" });
    assert.deepEqual(messages(leftBehind, [permission, lambda]), []);
  });

  it("names a log group for a function that is not there", () => {
    const logs = (name: unknown): JudgedResource =>
      resource("aws:cloudwatch/logGroup:LogGroup", { name });
    const group = logs("/aws/lambda/dogs");
    assert.match(messages(leftBehind, [group])[0]!, /\/aws\/lambda\/dogs belongs to/);
    assert.deepEqual(messages(leftBehind, [group, resource(FUNCTION, { name: "dogs" })]), []);
    const elsewhere = resource(FUNCTION, {
      name: "cats",
      loggingConfig: { logGroup: "/aws/lambda/dogs" },
    });
    assert.deepEqual(messages(leftBehind, [group, elsewhere]), []);
    assert.deepEqual(messages(leftBehind, [logs("/aws/sagemaker/Endpoints/dogs")]), []);
    assert.deepEqual(messages(leftBehind, [logs(undefined)]), []);
    assert.deepEqual(messages(leftBehind, [logs(UNKNOWN)]), ["unknown: it name"]);
  });

  it("names functions whose names a preview does not know, rather than blame them", () => {
    const later = resource(FUNCTION, { name: UNKNOWN }, { name: "later" });
    const permission = resource(PERMISSION, { function: "dogs" });
    assert.deepEqual(messages(leftBehind, [permission, later]), ["unknown: later name"]);
    const reference = resource(
      PERMISSION,
      { function: UNKNOWN },
      { propertyDependencies: { function: [later] } },
    );
    assert.deepEqual(messages(leftBehind, [reference, later]), []);
    const unknown = resource(PERMISSION, { function: UNKNOWN });
    assert.deepEqual(messages(leftBehind, [unknown]), ["unknown: it function"]);
  });
});
