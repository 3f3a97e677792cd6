import assert from "node:assert/strict";
import { trusts } from "./trust";

const allow = (principal: unknown): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" },
  });

describe("trusts", () => {
  it("finds the service alone and among others", () => {
    assert.ok(trusts(allow({ Service: "lambda.amazonaws.com" }), "lambda.amazonaws.com"));
    const both = allow({ Service: ["lambda.amazonaws.com", "sagemaker.amazonaws.com"] });
    assert.ok(trusts(both, "sagemaker.amazonaws.com"));
  });

  it("takes neither another service nor a person nor a denial for it", () => {
    assert.ok(!trusts(allow({ Service: "ec2.amazonaws.com" }), "lambda.amazonaws.com"));
    assert.ok(!trusts(allow({ AWS: "123456789012" }), "lambda.amazonaws.com"));
    assert.ok(!trusts(allow("*"), "lambda.amazonaws.com"));
    const denied = allow({ Service: "lambda.amazonaws.com" }).replace("Allow", "Deny");
    assert.ok(!trusts(denied, "lambda.amazonaws.com"));
    assert.ok(!trusts('{"Version": "2012-10-17"}', "lambda.amazonaws.com"));
  });
});
