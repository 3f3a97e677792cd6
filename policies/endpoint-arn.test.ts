import assert from "node:assert/strict";
import { endpointArn } from "./endpoint-arn";
import { ENDPOINT } from "./rules/sagemaker/types";
import { testResource } from "./testing/outcomes";

const arnOf = (props: Record<string, unknown>, region?: string, type = ENDPOINT) =>
  endpointArn(testResource({ type, props, provider: region === undefined ? {} : { region } }));

describe("the ARN of an endpoint of the stack", () => {
  it("is made from what a preview knows", () => {
    assert.equal(arnOf({ name: "dogs" }), "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/dogs");
    assert.equal(
      arnOf({ name: "dogs" }, "cn-north-1"),
      "arn:aws-cn:sagemaker:cn-north-1:ACCOUNT:endpoint/dogs",
    );
  });

  it("is its own once it exists", () => {
    const arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/dogs";
    assert.equal(arnOf({ name: "dogs", arn }), arn);
  });

  it("is not guessed from a name that is not known yet, nor from another resource", () => {
    assert.equal(arnOf({ name: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }), undefined);
    assert.equal(arnOf({ name: "dogs" }, "us-east-1", "aws:s3/bucket:Bucket"), undefined);
  });
});
