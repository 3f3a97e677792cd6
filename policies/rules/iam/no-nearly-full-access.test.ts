import assert from "node:assert/strict";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { noNearlyFullAccess } from "./no-nearly-full-access";

const policy = (statement: object): ReturnType<typeof testResource> =>
  testResource({
    type: "aws:iam/policy:Policy",
    props: {
      policy: {
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "s3:*", Resource: "*", ...statement },
      },
    },
  });

describe("no-nearly-full-access", () => {
  it("warns of full access under a condition", () => {
    const Condition = { StringEquals: { "aws:RequestedRegion": "eu-west-1" } };
    assert.equal(outcomesOf(noNearlyFullAccess, [policy({ Condition })]).length, 1);
  });

  it("leaves full access and narrow access to others", () => {
    assert.deepEqual(
      outcomesOf(noNearlyFullAccess, [policy({}), policy({ Action: "s3:Get*" })]),
      [],
    );
  });
});
