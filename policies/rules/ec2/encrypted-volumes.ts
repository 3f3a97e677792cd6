import { eachOf, forEach, whereKnown } from "../../outcomes";
import type { JudgedResource, JudgedStack } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { declared, isAbsent } from "../values";

const VOLUME = "aws:ebs/volume:Volume";
const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const INSTANCES = [
  "aws:ec2/instance:Instance",
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
  "aws:ec2/launchConfiguration:LaunchConfiguration",
];
const DEFAULT_ENCRYPTION = "aws:ebs/encryptionByDefault:EncryptionByDefault";

export const encryptedVolumes = defineRule({
  name: "encrypted-volumes",
  what: "Every EBS volume is encrypted, the root volume of an instance among them.",
  why: "The snapshot of an unencrypted volume can be read by whoever it is shared with, and a volume cannot be encrypted later.",
  example: [
    "new aws.ec2.Instance(name, { …, rootBlockDevice: { encrypted: true } });",
    "new aws.ebs.Volume(name, { …, encrypted: true });",
    "// or for all new volumes of the account and region",
    "new aws.ebs.EncryptionByDefault(name, { enabled: true });",
  ],
  severity: "high",
  level: "mandatory",
  standards: {
    cisAws5: "5.1.1",
    nist80053r5: "CA-9(1), CM-3(6), SC-13, SC-28, SC-28(1), SC-7(10), SI-7(6)",
    securityHub: "EC2.3, EC2.7, EC2.181",
  },
  *stack(stack): Generator<Outcome> {
    if (isDefaultHere(stack)) {
      return;
    }
    yield* forEach(stack.ofType(VOLUME), judgeVolume);
    yield* forEach(stack.ofType(...INSTANCES), judgeInstance);
    yield* forEach(stack.ofType(LAUNCH_TEMPLATE), judgeTemplate);
  },
});

/** Whether the stack turns encryption on for every new volume. One that is not known to be on does not count. */
function isDefaultHere(stack: JudgedStack): boolean {
  return stack
    .ofType(DEFAULT_ENCRYPTION)
    .some(({ known }) => known["enabled"] === undefined || known["enabled"] === true);
}

/** Launch templates write truth values as text. */
function isOn(value: unknown): boolean {
  return String(value) === "true";
}

function* judgeVolume(volume: JudgedResource): Generator<Outcome> {
  if (!isOn(declared(volume, "encrypted"))) {
    yield { message: `${volume.name} is not encrypted.`, fix: "encrypted: true" };
  }
}

function* judgeInstance(instance: JudgedResource): Generator<Outcome> {
  yield* whereKnown(function* () {
    const root = declared(instance, "rootBlockDevice");
    // What the instance leaves out, its launch template decides, which is judged itself.
    const isLeftOut = isAbsent(root) && !isAbsent(declared(instance, "launchTemplate"));
    if (!isLeftOut && !isOn(root?.encrypted)) {
      yield {
        message: `The root volume of ${instance.name} is not encrypted.`,
        fix: "rootBlockDevice: { encrypted: true }",
      };
    }
  });
  yield* eachOf(
    () => declared(instance, "ebsBlockDevices"),
    function* ({ noDevice, encrypted, deviceName }, index) {
      if (!isOn(noDevice) && !isOn(encrypted)) {
        yield {
          message: `\`ebsBlockDevices[${index}]\` of ${instance.name} (${deviceName}) is not encrypted.`,
          fix: `ebsBlockDevices: [{ deviceName: "${deviceName}", encrypted: true }]`,
        };
      }
    },
  );
}

function judgeTemplate(template: JudgedResource): Iterable<Outcome> {
  return eachOf(
    () => declared(template, "blockDeviceMappings"),
    function* ({ ebs, deviceName }, index) {
      if (!isAbsent(ebs) && !isOn(ebs.encrypted)) {
        yield {
          message: `\`blockDeviceMappings[${index}]\` of ${template.name} (${deviceName}) is not encrypted.`,
          fix: `blockDeviceMappings: [{ deviceName: "${deviceName}", ebs: { encrypted: "true" } }]`,
        };
      }
    },
  );
}
