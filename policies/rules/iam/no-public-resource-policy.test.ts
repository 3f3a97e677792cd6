import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { noPublicResourcePolicy } from "./no-public-resource-policy";
import { resourcePolicySource } from "./resource-policy-source";

const policy = (Principal: unknown, Condition?: object): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal,
      Action: "sqs:SendMessage",
      Resource: "*",
      ...(Condition ? { Condition } : {}),
    },
  ],
});
const queue = (document: object): ReturnType<typeof testResource> =>
  testResource({ type: "aws:sqs/queuePolicy:QueuePolicy", props: { policy: document } });
const permission = (props: Record<string, unknown>): ReturnType<typeof testResource> =>
  testResource({
    type: "aws:lambda/permission:Permission",
    props: { action: "lambda:InvokeFunction", function: UNKNOWN, ...props },
  });

describe("no-public-resource-policy", () => {
  it("stops a policy for anyone", () => {
    for (const principal of ["*", { AWS: "*" }, { AWS: ["arn:aws:iam::1:root", "*"] }]) {
      assert.equal(outcomesOf(noPublicResourcePolicy, [queue(policy(principal))]).length, 1);
    }
    assert.equal(outcomesOf(noPublicResourcePolicy, [permission({ principal: "*" })]).length, 1);
  });

  it("passes a policy for somebody", () => {
    const organization = { StringEquals: { "aws:PrincipalOrgID": "o-1" } };
    for (const document of [
      policy({ AWS: "arn:aws:iam::123456789012:root" }),
      policy("*", organization),
      {
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" }],
      },
    ]) {
      assert.deepEqual(outcomesOf(noPublicResourcePolicy, [queue(document)]), []);
    }
    for (const later of [
      policy("*", { StringEquals: { "aws:PrincipalOrgID": UNKNOWN } }),
      policy("*", { StringEquals: UNKNOWN }),
      {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" },
          {
            ...{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" },
            Condition: { StringNotEquals: { "aws:PrincipalOrgID": UNKNOWN } },
          },
        ],
      },
    ]) {
      const outcomes = outcomesOf(noPublicResourcePolicy, [queue(later)]);
      assert.deepEqual(
        outcomes.map((each) => Object.keys(each).join()),
        ["unknown"],
      );
    }
    const named = { principal: "*", principalOrgId: "o-1" };
    assert.deepEqual(outcomesOf(noPublicResourcePolicy, [permission(named)]), []);
  });
});

describe("resource-policy-source", () => {
  it("asks on whose behalf a service comes", () => {
    const service = { Service: "s3.amazonaws.com" };
    const account = { StringEquals: { "aws:SourceAccount": "123456789012" } };
    assert.equal(outcomesOf(resourcePolicySource, [queue(policy(service))]).length, 1);
    assert.deepEqual(outcomesOf(resourcePolicySource, [queue(policy(service, account))]), []);
    const s3 = { principal: "s3.amazonaws.com" };
    assert.equal(outcomesOf(resourcePolicySource, [permission(s3)]).length, 1);
    const known = { ...s3, sourceAccount: "123456789012" };
    assert.deepEqual(outcomesOf(resourcePolicySource, [permission(known)]), []);
    const everywhere = { ...s3, sourceArn: "arn:aws:sns:*:*:*" };
    assert.equal(outcomesOf(resourcePolicySource, [permission(everywhere)]).length, 1);
    // What a preview doesn't know yet is named where anything depends on it.
    for (const later of [
      { ...s3, sourceArn: UNKNOWN },
      { ...s3, sourceAccount: UNKNOWN },
    ]) {
      assert.deepEqual(outcomesOf(resourcePolicySource, [permission(later)]), []);
    }
    assert.deepEqual(outcomesOf(resourcePolicySource, [permission({ principal: UNKNOWN })]), [
      { unknown: "principal" },
    ]);
  });
});
