import assert from "node:assert/strict";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { passRoleScope } from "./pass-role-scope";

const policy = (statement: object): ReturnType<typeof testResource> =>
  testResource({
    type: "aws:iam/rolePolicy:RolePolicy",
    props: {
      policy: {
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "iam:PassRole", Resource: "*", ...statement },
      },
    },
  });

describe("pass-role-scope", () => {
  it("stops a permission to pass any role to anything", () => {
    assert.equal(outcomesOf(passRoleScope, [policy({})]).length, 1);
  });

  it("passes one that names the role or the service", () => {
    const Condition = { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } };
    assert.deepEqual(outcomesOf(passRoleScope, [policy({ Condition })]), []);
    const Resource = "arn:aws:iam::123456789012:role/train";
    assert.deepEqual(outcomesOf(passRoleScope, [policy({ Resource })]), []);
  });
});
