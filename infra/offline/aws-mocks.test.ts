import assert from "node:assert/strict";
import { createAwsMocks } from "./aws-mocks";

describe("createAwsMocks", () => {
  const request = { type: "aws:iam/role:Role", name: "classify", inputs: { path: "/" } };

  it("names and identifies a resource the same way every time", async () => {
    const first = await createAwsMocks().newResource(request);
    const second = await createAwsMocks().newResource(request);
    assert.deepEqual(first, second);
    assert.match(String(first.state["name"]), /^classify-[0-9a-f]{7}$/);
    assert.equal(
      first.state["arn"],
      `arn:aws:iam::123456789012:role/${String(first.state["name"])}`,
    );
  });

  it("keeps a given name", async () => {
    const { id, state } = await createAwsMocks().newResource({
      ...request,
      inputs: { name: "mine" },
    });
    assert.equal(id, "mine");
    assert.equal(state["name"], "mine");
  });

  it("knows neither ids nor ARNs in a preview, but names", async () => {
    const { id, state } = await createAwsMocks({ stage: "preview" }).newResource(request);
    assert.equal(id, undefined);
    assert.deepEqual(Object.keys(state), ["path", "name"]);
  });

  it("answers as the given account, region and partition", async () => {
    const mocks = createAwsMocks({
      accountId: "210987654321",
      region: "cn-north-1",
      partition: "aws-cn",
    });
    const identity = await mocks.call({
      token: "aws:index/getCallerIdentity:getCallerIdentity",
      inputs: {},
    });
    assert.equal(identity["accountId"], "210987654321");
    const { state } = await mocks.newResource({
      type: "aws:sagemaker/endpoint:Endpoint",
      name: "main",
      inputs: { name: "main" },
    });
    assert.equal(state["arn"], "arn:aws-cn:sagemaker:cn-north-1:210987654321:endpoint/main");
  });

  it("refuses a look-up that it has no answer to, and names it", () => {
    assert.throws(
      () => createAwsMocks().call({ token: "aws:eks/getCluster:getCluster", inputs: {} }),
      /aws:eks\/getCluster:getCluster/,
    );
  });
});
