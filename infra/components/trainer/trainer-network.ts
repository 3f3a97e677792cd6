import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isIpv6 } from "../../schema/cidr";
import type { TrainerConfig } from "../../schema/trainer";

/** Where a trainer runs and who reaches it. */
export interface TrainerNetwork {
  /** Where groups look for capacity: the configured subnet, or those of the account's default VPC. */
  readonly subnetIds: pulumi.Output<string[]>;
  readonly securityGroupId: pulumi.Output<string>;
}

/** What the trainer may reach: protocol's name, port, why. */
const outward: readonly (readonly [string, number, string])[] = [
  ["https", 443, "AWS and package registries over TLS"],
  ["http", 80, "Signed packages of Ubuntu, which its mirrors serve without TLS"],
];

/** The subnet's VPC, and where to look for capacity; a single instance in the default VPC needs no look-up. */
function subnets(
  { subnetId, spot }: TrainerConfig,
  options: pulumi.InvokeOutputOptions,
): { vpcId?: pulumi.Output<string>; subnetIds: pulumi.Output<string[]> } {
  if (subnetId !== undefined) {
    const { vpcId } = aws.ec2.getSubnetOutput({ id: subnetId }, options);
    return { vpcId, subnetIds: pulumi.output([subnetId]) };
  }
  if (!spot) {
    return { subnetIds: pulumi.output([]) };
  }
  const { id } = aws.ec2.getVpcOutput({ default: true }, options);
  const filters = [
    { name: "vpc-id", values: [id] },
    { name: "default-for-az", values: ["true"] },
  ];
  return { subnetIds: aws.ec2.getSubnetsOutput({ filters }, options).ids };
}

/** A security group that lets SSH in from the configured networks only, and TLS and packages out. */
export function trainerNetwork(
  name: string,
  settings: TrainerConfig,
  parent: pulumi.Resource,
): TrainerNetwork {
  const { vpcId, subnetIds } = subnets(settings, { parent });
  const group = new aws.ec2.SecurityGroup(
    name,
    {
      description: "SSH from configured networks only",
      vpcId,
    },
    { parent },
  );
  const rule = { parent: group };
  for (const cidr of settings.allowedCidrs) {
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-ssh-${cidr}`,
      {
        securityGroupId: group.id,
        description: "SSH",
        ipProtocol: "tcp",
        fromPort: 22,
        toPort: 22,
        ...(isIpv6(cidr) ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
      },
      rule,
    );
  }
  for (const [what, port, description] of outward) {
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-${what}`,
      {
        securityGroupId: group.id,
        description,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        cidrIpv4: "0.0.0.0/0",
      },
      rule,
    );
  }
  return { subnetIds, securityGroupId: group.id };
}
