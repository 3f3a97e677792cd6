import { eachOf } from "../../outcomes";
import { defineRule, type Outcome } from "../../rule";

const SUBNET = "aws:ec2/subnet:Subnet";
const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

export const noPublicAddress = defineRule({
  name: "no-public-address",
  what: "Instances get no public address, from themselves or from their subnet.",
  why: "What has no public address cannot be attacked from the internet, whatever its security groups let in one day.",
  howToFix: "Connect through Session Manager and go out through a NAT gateway or VPC endpoints:",
  example:
    "new aws.ec2.Instance(name, { …, associatePublicIpAddress: false, subnetId: privateSubnet.id });",
  severity: "medium",
  level: "advisory",
  standards: {
    nist80053r5: "AC-3, AC-4, AC-4(21), AC-6, AC-21, SC-7, SC-7(11), SC-7(21)",
    securityHub: "EC2.9, EC2.15, EC2.25",
  },
  types: [
    "aws:ec2/instance:Instance",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    "aws:ec2/launchConfiguration:LaunchConfiguration",
    LAUNCH_TEMPLATE,
    SUBNET,
  ],
  *check({ type, name, properties }): Generator<Outcome> {
    const finding = {
      message: `${name} asks for a public address.`,
      fix: "associatePublicIpAddress: false",
    };
    if (type === LAUNCH_TEMPLATE) {
      yield* eachOf(
        () => properties["networkInterfaces"],
        ({ associatePublicIpAddress }) =>
          String(associatePublicIpAddress) === "true" ? [finding] : [],
      );
    } else if (type !== SUBNET && properties["associatePublicIpAddress"] === true) {
      yield finding;
    } else if (type === SUBNET && properties["mapPublicIpOnLaunch"] === true) {
      yield {
        message: `${name} gives a public address to every instance in it.`,
        fix: "mapPublicIpOnLaunch: false",
      };
    }
  },
});
