import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { Outcome } from "../../rule";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { noPublicAddress } from "./no-public-address";

const judge = (type: string, props: Record<string, unknown>): Outcome[] =>
  outcomesOf(noPublicAddress, [testResource({ type, props })]);

const INSTANCE = "aws:ec2/instance:Instance";
const SUBNET = "aws:ec2/subnet:Subnet";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

describe("no-public-address", () => {
  for (const [type, props] of [
    [INSTANCE, { associatePublicIpAddress: true }],
    [SUBNET, { mapPublicIpOnLaunch: true }],
    [TEMPLATE, { networkInterfaces: [{ associatePublicIpAddress: "true" }] }],
  ] as const) {
    it(`finds a public ${type}`, () => {
      assert.equal(judge(type, props).length, 1);
    });
  }

  for (const type of [INSTANCE, SUBNET, TEMPLATE]) {
    it(`passes a private ${type}`, () => {
      assert.deepEqual(judge(type, {}), []);
    });
  }

  it("names what a preview does not know", () => {
    const [found] = judge(INSTANCE, { associatePublicIpAddress: UNKNOWN });
    assert.equal((found as { unknown: string }).unknown, "associatePublicIpAddress");
    const several = judge(TEMPLATE, {
      networkInterfaces: [
        { associatePublicIpAddress: UNKNOWN },
        { associatePublicIpAddress: "true" },
      ],
    });
    assert.equal(several.length, 2);
  });
});
