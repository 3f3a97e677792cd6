import assert from "node:assert/strict";

import { KnownEndpoint } from "./known-endpoint";

const endpoint = (props: Record<string, unknown>, region?: string) => ({
  type: "aws:sagemaker/endpoint:Endpoint",
  name: "main",
  urn: "urn:pulumi:dev::kennel::aws:sagemaker/endpoint:Endpoint::main",
  props,
  provider: { props: region === undefined ? {} : { region } },
});

describe("the stack's endpoint", () => {
  it("is not known before one is seen", () => {
    const known = new KnownEndpoint();
    known.see({ ...endpoint({ name: "dogs" }), type: "aws:s3/bucket:Bucket" });
    assert.equal(known.arn, undefined);
  });

  it("is named by what a preview knows", () => {
    const known = new KnownEndpoint();
    known.see(endpoint({ name: "dogs" }, "eu-west-1"));
    assert.equal(known.arn, "arn:aws:sagemaker:eu-west-1:ACCOUNT:endpoint/dogs");
    known.see(endpoint({ name: "dogs" }, "cn-north-1"));
    assert.equal(known.arn, "arn:aws-cn:sagemaker:cn-north-1:ACCOUNT:endpoint/dogs");
  });

  it("is named by its own ARN once it exists", () => {
    const known = new KnownEndpoint();
    const arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/dogs";
    known.see(endpoint({ name: "dogs", arn }));
    assert.equal(known.arn, arn);
  });

  it("is not guessed from a name that is not known yet", () => {
    const known = new KnownEndpoint();
    known.see(endpoint({ name: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }));
    assert.equal(known.arn, undefined);
  });
});
