import assert from "node:assert/strict";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { readablePolicyDocument } from "./readable-policy-document";
import { roleTrustScope } from "./role-trust-scope";
import { roleTrustSource } from "./role-trust-source";

const role = (assumeRolePolicy: unknown): ReturnType<typeof testResource> =>
  testResource({ type: "aws:iam/role:Role", props: { assumeRolePolicy } });
const trust = (Principal: unknown): object => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal }],
});

describe("a role's trust policy", () => {
  it("may not let anyone in", () => {
    assert.equal(outcomesOf(roleTrustScope, [role(JSON.stringify(trust("*")))]).length, 1);
    assert.deepEqual(outcomesOf(roleTrustScope, [role(trust({ AWS: "123456789012" }))]), []);
  });

  it("should say on whose behalf a service comes", () => {
    const sagemaker = role(trust({ Service: "sagemaker.amazonaws.com" }));
    assert.equal(outcomesOf(roleTrustSource, [sagemaker]).length, 1);
    assert.deepEqual(outcomesOf(roleTrustScope, [sagemaker]), []);
  });

  it("must be readable", () => {
    assert.equal(outcomesOf(readablePolicyDocument, [role("{")]).length, 1);
    assert.deepEqual(outcomesOf(readablePolicyDocument, [role(trust("*"))]), []);
  });
});
