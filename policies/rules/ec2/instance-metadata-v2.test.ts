import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { Outcome } from "../../rule";
import { outcomesOf, repairOf, testResource } from "../../testing/outcomes";
import { instanceMetadataV2 } from "./instance-metadata-v2";

const INSTANCE = "aws:ec2/instance:Instance";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const TYPES = [
  INSTANCE,
  TEMPLATE,
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
  "aws:ec2/launchConfiguration:LaunchConfiguration",
];

const judge = (type: string, props: Record<string, unknown>): Outcome[] =>
  outcomesOf(instanceMetadataV2, [testResource({ type, props })]);
const repair = (props: Record<string, unknown>): Record<string, unknown> | undefined =>
  repairOf(instanceMetadataV2, testResource({ type: INSTANCE, props }));

describe("instance-metadata-v2", () => {
  for (const type of TYPES) {
    it(`judges ${type}`, () => {
      assert.equal(judge(type, {}).length, 1);
      assert.equal(judge(type, { metadataOptions: { httpTokens: "optional" } }).length, 1);
      assert.deepEqual(judge(type, { metadataOptions: { httpTokens: "required" } }), []);
      assert.deepEqual(judge(type, { metadataOptions: { httpEndpoint: "disabled" } }), []);
    });
  }

  it("names what a preview does not know", () => {
    assert.equal(
      (judge(INSTANCE, { metadataOptions: { httpTokens: UNKNOWN } })[0] as { unknown: string })
        .unknown,
      "metadataOptions.httpTokens",
    );
    assert.equal(
      (judge(INSTANCE, { metadataOptions: UNKNOWN })[0] as { unknown: string }).unknown,
      "metadataOptions",
    );
  });

  it("leaves an instance to the launch template of its stack", () => {
    const template = testResource({
      type: TEMPLATE,
      props: { metadataOptions: { httpTokens: "required" } },
    });
    const props = { launchTemplate: { id: UNKNOWN } };
    const propertyDependencies = { launchTemplate: [template] };
    const instance = testResource({ type: INSTANCE, props, propertyDependencies });
    assert.deepEqual(outcomesOf(instanceMetadataV2, [template, instance]), []);
  });

  it("finds an instance whose launch template nobody sees", () => {
    const found = judge(INSTANCE, { launchTemplate: { id: "lt-1" } });
    assert.equal(found.length, 1);
    assert.match((found[0] as { message: string }).message, /not in this stack/);
  });

  it("repairs an instance", () => {
    assert.deepEqual(repair({ ami: "ami-1", metadataOptions: { httpPutResponseHopLimit: 1 } }), {
      metadataOptions: { httpTokens: "required" },
    });
    assert.deepEqual(repair({ ami: "ami-1" }), {
      metadataOptions: { httpTokens: "required" },
    });
    assert.equal(repair({ metadataOptions: { httpTokens: "required" } }), undefined);
    assert.equal(repair({ metadataOptions: UNKNOWN }), undefined);
  });
});
