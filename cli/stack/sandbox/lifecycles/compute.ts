import type { Properties } from "../../../../infra/offline/service-models/request-mapping";
import type { Lifecycle, Lifecycles } from "../lifecycle";

const first = (list: unknown): Properties => (list as Properties[] | undefined)?.[0] ?? {};

const securityGroupRule = (operation: string): Lifecycle => ({
  reads: ({ SecurityGroupRules }) => ({ id: first(SecurityGroupRules)["SecurityGroupRuleId"] }),
  deletes: {
    [operation]: ({ id, securityGroupId }) => ({
      GroupId: securityGroupId,
      SecurityGroupRuleIds: [id],
    }),
  },
});

/** What a part of Application Auto Scaling is about. */
const scalable = ({ serviceNamespace, resourceId, scalableDimension }: Properties) => ({
  ServiceNamespace: serviceNamespace,
  ResourceId: resourceId,
  ScalableDimension: scalableDimension,
});

/** Instances, their groups and networks, and what scales. */
export const computeLifecycles: Lifecycles = {
  "aws:ec2/instance:Instance": {
    reads: ({ Instances }) => {
      const { InstanceId, PrivateIpAddress } = first(Instances);
      return { id: InstanceId, privateIp: PrivateIpAddress };
    },
    deletes: { TerminateInstances: ({ id }) => ({ InstanceIds: [id] }) },
  },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    fills: "LaunchTemplateName",
    reads: ({ LaunchTemplate }) => {
      const { LaunchTemplateId, LatestVersionNumber } = (LaunchTemplate ?? {}) as Properties;
      return { id: LaunchTemplateId, latestVersion: LatestVersionNumber };
    },
    deletes: { DeleteLaunchTemplate: ({ id }) => ({ LaunchTemplateId: id }) },
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    fills: "GroupName",
    reads: ({ GroupId }) => ({ id: GroupId }),
    deletes: { DeleteSecurityGroup: ({ id }) => ({ GroupId: id }) },
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule(
    "RevokeSecurityGroupIngress",
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule(
    "RevokeSecurityGroupEgress",
  ),
  "aws:autoscaling/group:Group": {
    deletes: {
      DeleteAutoScalingGroup: ({ id }) => ({ AutoScalingGroupName: id, ForceDelete: true }),
    },
  },
  "aws:autoscaling/policy:Policy": {
    updates: "again",
    reads: ({ PolicyARN }) => ({ arn: PolicyARN }),
    deletes: {
      DeletePolicy: ({ id, autoscalingGroupName }) => ({
        AutoScalingGroupName: autoscalingGroupName,
        PolicyName: id,
      }),
    },
  },
  "aws:appautoscaling/target:Target": {
    updates: "again",
    deletes: { DeregisterScalableTarget: scalable },
    checks: {
      DescribeScalableTargets: ({ serviceNamespace, resourceId }) => ({
        ServiceNamespace: serviceNamespace,
        ResourceIds: [resourceId],
      }),
    },
    finds: ({ ScalableTargets }) => {
      const { MinCapacity, MaxCapacity } = first(ScalableTargets);
      return MinCapacity === undefined
        ? undefined
        : { minCapacity: MinCapacity, maxCapacity: MaxCapacity };
    },
  },
  "aws:appautoscaling/policy:Policy": {
    updates: "again",
    reads: ({ PolicyARN }) => ({ arn: PolicyARN }),
    deletes: {
      DeleteScalingPolicy: (existing) => ({ PolicyName: existing["id"], ...scalable(existing) }),
    },
  },
  "aws:appautoscaling/scheduledAction:ScheduledAction": {
    updates: "again",
    deletes: {
      DeleteScheduledAction: (existing) => ({
        ScheduledActionName: existing["id"],
        ...scalable(existing),
      }),
    },
  },
};
