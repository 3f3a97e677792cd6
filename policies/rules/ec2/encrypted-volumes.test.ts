import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { encryptedVolumes } from "./encrypted-volumes";

const INSTANCE = "aws:ec2/instance:Instance";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const VOLUME = "aws:ebs/volume:Volume";
const source = testResource({ type: "pulumi:pulumi:StackReference", name: "source" });

const resource = (
  type: string,
  props: Record<string, unknown>,
  computed: string[] = [],
): JudgedResource =>
  testResource({
    type,
    props,
    propertyDependencies: Object.fromEntries(computed.map((key) => [key, [source]])),
  });
const said = (...resources: JudgedResource[]): string[] =>
  outcomesOf(encryptedVolumes, resources).map((each) =>
    "unknown" in each ? `unknown ${each.unknown}` : each.message,
  );

describe("encrypted-volumes", () => {
  const encrypted = { rootBlockDevice: { encrypted: true } };
  for (const [type, props, expected] of [
    [VOLUME, {}, /it is not encrypted/],
    [VOLUME, { encrypted: false }, /it is not encrypted/],
    [INSTANCE, {}, /root volume of it/],
    [INSTANCE, { rootBlockDevice: { volumeSize: 50 } }, /root volume/],
    [INSTANCE, { rootBlockDevice: UNKNOWN }, /root volume/],
    [
      INSTANCE,
      { ...encrypted, ebsBlockDevices: [{ deviceName: "/dev/sdf" }] },
      /ebsBlockDevices\[0\].*\/dev\/sdf/,
    ],
    ["aws:ec2/spotInstanceRequest:SpotInstanceRequest", {}, /root volume/],
    ["aws:ec2/launchConfiguration:LaunchConfiguration", {}, /root volume/],
    [
      TEMPLATE,
      { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 8 } }] },
      /blockDeviceMappings\[0\]/,
    ],
    [
      TEMPLATE,
      { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "false" } }] },
      /xvda/,
    ],
  ] as const) {
    it(`finds ${type} with ${JSON.stringify(props)}`, () => {
      const found = said(resource(type, props));
      assert.equal(found.length, 1);
      assert.match(found[0]!, expected);
    });
  }

  for (const [type, props] of [
    [VOLUME, { encrypted: true }],
    [INSTANCE, encrypted],
    [INSTANCE, { launchTemplate: { id: "lt-1" } }],
    [TEMPLATE, { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }] }],
    [TEMPLATE, { blockDeviceMappings: [{ deviceName: "/dev/sdb", virtualName: "ephemeral0" }] }],
    [TEMPLATE, {}],
  ] as const) {
    it(`passes ${type} with ${JSON.stringify(props)}`, () => {
      assert.deepEqual(said(resource(type, props)), []);
    });
  }

  it("names what a preview does not know, and judges the rest", () => {
    assert.deepEqual(said(resource(VOLUME, { encrypted: UNKNOWN }, ["encrypted"])), [
      "unknown encrypted",
    ]);
    const props = {
      rootBlockDevice: { encrypted: UNKNOWN },
      ebsBlockDevices: [{ deviceName: "/dev/sdf" }],
    };
    const found = said(resource(INSTANCE, props));
    assert.equal(found[0], "unknown rootBlockDevice.encrypted");
    assert.match(found[1]!, /\/dev\/sdf/);
  });

  it("passes where the stack encrypts every new volume", () => {
    const byDefault = (enabled: unknown): JudgedResource =>
      resource("aws:ebs/encryptionByDefault:EncryptionByDefault", { enabled });
    assert.deepEqual(said(resource(VOLUME, {}), byDefault(true)), []);
    assert.deepEqual(
      said(resource(VOLUME, {}), resource("aws:ebs/encryptionByDefault:EncryptionByDefault", {})),
      [],
    );
    assert.equal(said(resource(VOLUME, {}), byDefault(false)).length, 1);
    assert.equal(said(resource(VOLUME, {}), byDefault(UNKNOWN)).length, 1);
  });
});
