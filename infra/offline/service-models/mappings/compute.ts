import { unknownValue } from "../values";
import {
  membersBelow,
  sends,
  tagsOf,
  type Mappings,
  type Properties,
  type TypeMapping,
} from "../request-mapping";

const service = "ec2";

/** One request for each family of addresses, because each has its description in another place. */
function sendsRule(operation: string): TypeMapping {
  const families = [
    { property: "cidrIpv4", ranges: "IpRanges", member: "CidrIp" },
    { property: "cidrIpv6", ranges: "Ipv6Ranges", member: "CidrIpv6" },
  ];
  const requests = families.map(({ property, ranges, member }) => ({
    service,
    operation,
    takes: ["securityGroupId", "ipProtocol", "fromPort", "toPort", "description", property, "tags"],
    names: {
      securityGroupId: "GroupId",
      ...membersBelow("IpPermissions[]", "IpProtocol", "FromPort", "ToPort"),
      description: `IpPermissions[].${ranges}[].Description`,
      [property]: `IpPermissions[].${ranges}[].${member}`,
      tags: tagsOf("security-group-rule"),
    },
    when: (properties: Properties) => properties[property] !== undefined,
  }));
  return { requests };
}

/** Properties of a launch template that have their members' names. */
const templateData = [
  "ImageId",
  "InstanceType",
  "IamInstanceProfile",
  "KeyName",
  "MetadataOptions",
  "BlockDeviceMappings",
  "UserData",
  "InstanceInitiatedShutdownBehavior",
  "TagSpecifications",
];

const isTrue = (text: string | boolean): boolean => String(text) === "true";

/** Instances, alone and in groups, and the networks that reach them. */
export const computeMappings: Mappings = {
  "aws:ec2/launchTemplate:LaunchTemplate": sends(
    service,
    "CreateLaunchTemplate",
    {
      ...membersBelow("LaunchTemplateData", ...templateData),
      vpcSecurityGroupIds: "LaunchTemplateData.SecurityGroupIds",
      // Texts, because false would otherwise mean that nothing is said.
      "blockDeviceMappings.ebs.encrypted": { to: "Encrypted", as: isTrue },
      "blockDeviceMappings.ebs.deleteOnTermination": { to: "DeleteOnTermination", as: isTrue },
      tags: tagsOf("launch-template"),
    },
    { adds: () => ({ LaunchTemplateName: unknownValue }) },
  ),
  "aws:autoscaling/group:Group": {
    requests: [
      {
        service: "autoscaling",
        operation: "CreateAutoScalingGroup",
        leaves: ["enabledMetrics", "metricsGranularity"],
        names: {
          name: "AutoScalingGroupName",
          vpcZoneIdentifiers: {
            to: "VPCZoneIdentifier",
            as: (subnets: readonly string[]) => subnets.join(","),
          },
        },
      },
      {
        service: "autoscaling",
        operation: "EnableMetricsCollection",
        takes: ["name", "enabledMetrics", "metricsGranularity"],
        names: {
          name: "AutoScalingGroupName",
          enabledMetrics: "Metrics",
          metricsGranularity: "Granularity",
        },
        when: ({ enabledMetrics }) => enabledMetrics !== undefined,
      },
    ],
    providerOnly: {
      forceDelete: "the provider reads it when it deletes the group",
      waitForCapacityTimeout: "the provider waits that long itself",
    },
    untagged: "the provider gives groups no tags but their own",
  },
  "aws:autoscaling/policy:Policy": sends("autoscaling", "PutScalingPolicy", { name: "PolicyName" }),
  "aws:ec2/instance:Instance": sends(
    service,
    "RunInstances",
    {
      ami: "ImageId",
      iamInstanceProfile: "IamInstanceProfile.Name",
      vpcSecurityGroupIds: "SecurityGroupIds",
      rootBlockDevice: {
        to: "BlockDeviceMappings",
        as: (ebs: Properties) => [{ deviceName: "/dev/sda1", ebs }],
      },
      tags: tagsOf("instance"),
    },
    {
      adds: () => ({ MinCount: 1, MaxCount: 1 }),
      providerOnly: {
        userDataReplaceOnChange:
          "the provider replaces the instance instead of changing its user data",
      },
    },
  ),
  "aws:ec2/securityGroup:SecurityGroup": sends(
    service,
    "CreateSecurityGroup",
    { name: "GroupName", tags: tagsOf("security-group") },
    { adds: () => ({ GroupName: unknownValue }) },
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": sendsRule(
    "AuthorizeSecurityGroupIngress",
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": sendsRule(
    "AuthorizeSecurityGroupEgress",
  ),
};
