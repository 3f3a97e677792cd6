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

  it("refuses a look-up that the SDK does not declare, and names it", () => {
    assert.throws(
      () => createAwsMocks().call({ token: "aws:eks/getNothing:getNothing", inputs: {} }),
      /aws:eks\/getNothing/,
    );
  });

  it("answers any look-up of the SDK with values of the declared types", async () => {
    const cluster = await createAwsMocks().call({
      token: "aws:eks/getCluster:getCluster",
      inputs: { name: "main" },
    });
    assert.equal(cluster["name"], "main");
    assert.match(String(cluster["arn"]), /^arn:aws:eks:us-east-1:123456789012:/);
    assert.deepEqual(cluster["enabledClusterLogTypes"], []);
    assert.equal(cluster["deletionProtection"], false);
    assert.deepEqual(cluster["vpcConfig"], {});
    const plan = await createAwsMocks().call({
      token: "aws:backup/getPlan:getPlan",
      inputs: { planId: "daily" },
    });
    assert.deepEqual(plan["tags"], {});
  });

  it("answers the usual look-ups of other programs", async () => {
    const { call } = createAwsMocks({ region: "eu-west-1" });
    const zones = await call({
      token: "aws:index/getAvailabilityZones:getAvailabilityZones",
      inputs: {},
    });
    assert.deepEqual(zones["names"], ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    const image = await call({ token: "aws:ec2/getAmi:getAmi", inputs: { mostRecent: true } });
    assert.match(String(image["id"]), /^ami-0[0-9a-f]{16}$/);
  });

  it("gives resources that it has no table of what the SDK declares", async () => {
    const { state } = await createAwsMocks().newResource({
      type: "aws:dynamodb/table:Table",
      name: "counts",
      inputs: { readCapacity: 5 },
    });
    assert.match(
      String(state["arn"]),
      /^arn:aws:dynamodb:us-east-1:123456789012:table\/counts-[0-9a-f]{7}$/,
    );
    assert.equal(state["readCapacity"], 5);
  });

  it("reads an existing resource by its id", async () => {
    const { id, state } = await createAwsMocks().newResource({
      type: "aws:sns/topic:Topic",
      name: "alerts",
      inputs: {},
      id: "arn:aws:sns:us-east-1:123456789012:alerts",
    });
    assert.equal(id, "arn:aws:sns:us-east-1:123456789012:alerts");
    assert.equal(typeof state, "object");
  });
});
