import type { Lifecycle } from "../lifecycle";

type Answers = Readonly<Record<string, unknown>>;

const first = (list: unknown): Answers => (list as Answers[] | undefined)?.[0] ?? {};

function securityGroupRule(operation: string): Lifecycle {
  return {
    reads: ({ SecurityGroupRules }) => ({
      id: String(first(SecurityGroupRules)["SecurityGroupRuleId"]),
    }),
    deletes: ({ id, outputs: { securityGroupId } }) => [
      {
        service: "ec2",
        operation,
        request: { GroupId: securityGroupId, SecurityGroupRuleIds: [id] },
      },
    ],
  };
}

/** Instances, their groups and networks, and what scales. */
export const computeLifecycles: Readonly<Record<string, Lifecycle>> = {
  "aws:ec2/instance:Instance": {
    reads: ({ Instances }) => {
      const { InstanceId, PrivateIpAddress } = first(Instances);
      return { id: String(InstanceId), privateIp: PrivateIpAddress };
    },
    deletes: ({ id }) => [
      { service: "ec2", operation: "TerminateInstances", request: { InstanceIds: [id] } },
    ],
  },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    fills: (unique) => ({ LaunchTemplateName: `kennel-${unique}` }),
    reads: ({ LaunchTemplate }) => {
      const { LaunchTemplateId, LatestVersionNumber } = LaunchTemplate as Answers;
      return { id: String(LaunchTemplateId), latestVersion: LatestVersionNumber };
    },
    deletes: ({ id }) => [
      { service: "ec2", operation: "DeleteLaunchTemplate", request: { LaunchTemplateId: id } },
    ],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    fills: (unique) => ({ GroupName: `kennel-${unique}` }),
    reads: ({ GroupId }) => ({ id: String(GroupId) }),
    deletes: ({ id }) => [
      { service: "ec2", operation: "DeleteSecurityGroup", request: { GroupId: id } },
    ],
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule(
    "RevokeSecurityGroupIngress",
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule(
    "RevokeSecurityGroupEgress",
  ),
  "aws:autoscaling/group:Group": {
    deletes: ({ id }) => [
      {
        service: "autoscaling",
        operation: "DeleteAutoScalingGroup",
        request: { AutoScalingGroupName: id, ForceDelete: true },
      },
    ],
  },
  "aws:autoscaling/policy:Policy": {
    updates: "again",
    reads: ({ PolicyARN }) => ({ arn: PolicyARN }),
    deletes: ({ id, outputs: { autoscalingGroupName } }) => [
      {
        service: "autoscaling",
        operation: "DeletePolicy",
        request: { AutoScalingGroupName: autoscalingGroupName, PolicyName: id },
      },
    ],
  },
  ...scaling(),
};

/** Application Auto Scaling. */
function scaling(): Readonly<Record<string, Lifecycle>> {
  const service = "application-autoscaling";
  const about = ({ serviceNamespace, resourceId, scalableDimension }: Answers) => ({
    ServiceNamespace: serviceNamespace,
    ResourceId: resourceId,
    ScalableDimension: scalableDimension,
  });
  return {
    "aws:appautoscaling/target:Target": {
      updates: "again",
      deletes: ({ outputs }) => [
        { service, operation: "DeregisterScalableTarget", request: about(outputs) },
      ],
      checks: {
        asks: ({ outputs: { serviceNamespace, resourceId } }) => ({
          service,
          operation: "DescribeScalableTargets",
          request: { ServiceNamespace: serviceNamespace, ResourceIds: [resourceId] },
        }),
        reads: ({ ScalableTargets }) => {
          const { MinCapacity, MaxCapacity } = first(ScalableTargets);
          return MinCapacity === undefined
            ? undefined
            : { minCapacity: MinCapacity, maxCapacity: MaxCapacity };
        },
      },
    },
    "aws:appautoscaling/policy:Policy": {
      updates: "again",
      reads: ({ PolicyARN }) => ({ arn: PolicyARN }),
      deletes: ({ id, outputs }) => [
        {
          service,
          operation: "DeleteScalingPolicy",
          request: { PolicyName: id, ...about(outputs) },
        },
      ],
    },
    "aws:appautoscaling/scheduledAction:ScheduledAction": {
      updates: "again",
      deletes: ({ id, outputs }) => [
        {
          service,
          operation: "DeleteScheduledAction",
          request: { ScheduledActionName: id, ...about(outputs) },
        },
      ],
    },
  };
}
