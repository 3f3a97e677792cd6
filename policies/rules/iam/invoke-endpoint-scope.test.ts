import assert from "node:assert/strict";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { invokeEndpointScope } from "./invoke-endpoint-scope";

const policy = (resource: string): ReturnType<typeof testResource> =>
  testResource({
    type: "aws:iam/rolePolicy:RolePolicy",
    props: {
      policy: {
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "sagemaker:InvokeEndpoint", Resource: resource },
      },
    },
  });
const ENDPOINT = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint";

describe("invoke-endpoint-scope", () => {
  it("stops what reaches every endpoint", () => {
    assert.equal(outcomesOf(invokeEndpointScope, [policy(`${ENDPOINT}/*`)]).length, 1);
  });

  it("passes what names its endpoints", () => {
    assert.deepEqual(outcomesOf(invokeEndpointScope, [policy(`${ENDPOINT}/kennel-*`)]), []);
  });

  it("can be made stricter", () => {
    const strict = { widest: "exact" };
    assert.equal(
      outcomesOf(invokeEndpointScope, [policy(`${ENDPOINT}/kennel-*`)], strict).length,
      1,
    );
    assert.deepEqual(outcomesOf(invokeEndpointScope, [policy(`${ENDPOINT}/kennel`)], strict), []);
  });
});
