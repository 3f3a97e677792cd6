import { asJson, type Properties } from "../../../infra/offline/service-models/request-mapping";
import type { Lifecycle } from "./lifecycle";

const first = (list: unknown): Properties => (list as Properties[] | undefined)?.[0] ?? {};

/** Properties of a function's code; everything else is its configuration. */
const CODE = ["code", "publish", "architectures"];

/** Statuses of an endpoint that pass; source: SageMaker API, DescribeEndpoint. */
const BUSY = /^(Creating|Updating|SystemUpdating|RollingBack)$/;

const securityGroupRule = (operation: string): Lifecycle => ({
  id: "SecurityGroupRuleIds",
  reads: ({ SecurityGroupRules }) => ({ id: first(SecurityGroupRules)["SecurityGroupRuleId"] }),
  deletes: [{ operation, takes: ["securityGroupId", "id"] }],
});

/** Every type of resource that the program creates, by Pulumi's token, as far as AWS has requests for it. */
export const lifecycles: Readonly<Record<string, Lifecycle>> = {
  // Roles, keys and APIs
  "aws:iam/role:Role": {
    updates: [
      {
        operation: "UpdateAssumeRolePolicy",
        takes: ["name", "assumeRolePolicy"],
        names: { assumeRolePolicy: asJson("PolicyDocument") },
      },
      { operation: "UpdateRole", takes: ["name", "description", "maxSessionDuration"] },
    ],
    deletes: ["DeleteRole"],
    checks: "GetRole",
  },
  "aws:iam/rolePolicy:RolePolicy": { updates: "again", deletes: ["DeleteRolePolicy"] },
  "aws:iam/instanceProfile:InstanceProfile": {
    deletes: ["RemoveRoleFromInstanceProfile", "DeleteInstanceProfile"],
  },
  "aws:kms/key:Key": {
    notAtCreation: "ScheduleKeyDeletion",
    updates: [{ operation: "PutKeyPolicy", takes: ["keyId", "policy"] }],
    reads: ({ KeyMetadata }) => {
      const { KeyId, Arn } = (KeyMetadata ?? {}) as Record<string, string>;
      return { id: KeyId, keyId: KeyId, arn: Arn };
    },
    deletes: [{ operation: "ScheduleKeyDeletion" }],
  },
  "aws:kms/alias:Alias": { deletes: ["DeleteAlias"] },
  "aws:apigatewayv2/api:Api": {
    id: "ApiId",
    reads: ({ ApiId, ApiEndpoint }) => ({ id: ApiId, apiEndpoint: ApiEndpoint }),
    deletes: ["DeleteApi"],
  },
  // These go with their API.
  "aws:apigatewayv2/integration:Integration": {
    reads: ({ IntegrationId }) => ({ id: IntegrationId }),
  },
  "aws:apigatewayv2/route:Route": { reads: ({ RouteId }) => ({ id: RouteId }) },
  "aws:apigatewayv2/stage:Stage": {},

  // Instances, their groups and networks, and what scales
  "aws:ec2/instance:Instance": {
    id: "InstanceIds",
    reads: ({ Instances }) => {
      const { InstanceId, PrivateIpAddress } = first(Instances);
      return { id: InstanceId, privateIp: PrivateIpAddress };
    },
    deletes: ["TerminateInstances"],
  },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    fills: "LaunchTemplateName",
    id: "LaunchTemplateId",
    reads: ({ LaunchTemplate }) => {
      const { LaunchTemplateId, LatestVersionNumber } = (LaunchTemplate ?? {}) as Properties;
      return { id: LaunchTemplateId, latestVersion: LatestVersionNumber };
    },
    deletes: ["DeleteLaunchTemplate"],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    fills: "GroupName",
    id: "GroupId",
    reads: ({ GroupId }) => ({ id: GroupId }),
    deletes: [{ operation: "DeleteSecurityGroup", takes: ["id"] }],
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule(
    "RevokeSecurityGroupIngress",
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule(
    "RevokeSecurityGroupEgress",
  ),
  "aws:autoscaling/group:Group": { deletes: ["DeleteAutoScalingGroup"] },
  "aws:autoscaling/policy:Policy": {
    updates: "again",
    reads: ({ PolicyARN }) => ({ arn: PolicyARN }),
    deletes: ["DeletePolicy"],
  },
  "aws:appautoscaling/target:Target": {
    updates: "again",
    deletes: ["DeregisterScalableTarget"],
    checks: "DescribeScalableTargets",
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
    deletes: ["DeleteScalingPolicy"],
  },
  "aws:appautoscaling/scheduledAction:ScheduledAction": {
    updates: "again",
    deletes: ["DeleteScheduledAction"],
  },

  // Functions, and what belongs to them
  "aws:lambda/function:Function": {
    updates: [
      {
        operation: "UpdateFunctionConfiguration",
        leaves: [...CODE, "tags", "packageType", "reservedConcurrentExecutions"],
      },
      {
        // After that, because it publishes a version of both.
        operation: "UpdateFunctionCode",
        takes: ["name", ...CODE],
        names: { code: "ZipFile" },
      },
      "PutFunctionConcurrency",
    ],
    reads: ({ FunctionArn, Version }) => {
      const arn = String(FunctionArn).replace(/(:function:[^:]+):.*$/, "$1");
      return { arn, version: Version, qualifiedArn: `${arn}:${String(Version)}` };
    },
    deletes: ["DeleteFunction"],
    checks: "GetFunction",
  },
  "aws:lambda/alias:Alias": { updates: ["UpdateAlias"], deletes: ["DeleteAlias"] },
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": {
    updates: "again",
    deletes: ["DeleteProvisionedConcurrencyConfig"],
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    updates: "again",
    deletes: ["DeleteFunctionEventInvokeConfig"],
  },
  "aws:lambda/functionUrl:FunctionUrl": {
    updates: ["UpdateFunctionUrlConfig"],
    reads: ({ FunctionUrl }) => ({ functionUrl: FunctionUrl }),
    deletes: ["DeleteFunctionUrlConfig"],
  },
  "aws:lambda/permission:Permission": {
    fills: "StatementId",
    reads: ({ Statement }) => {
      const { Sid } = JSON.parse(String(Statement)) as { Sid?: string };
      return { id: Sid, statementId: Sid };
    },
    deletes: ["RemovePermission"],
  },

  // Alarms, logs, topics, queues and budgets
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    id: "AlarmNames",
    updates: "again",
    deletes: ["DeleteAlarms"],
    checks: "DescribeAlarms",
    finds: ({ MetricAlarms }) => ((MetricAlarms as unknown[]).length === 0 ? undefined : {}),
  },
  "aws:cloudwatch/dashboard:Dashboard": { updates: "again", deletes: ["DeleteDashboards"] },
  "aws:cloudwatch/logGroup:LogGroup": {
    updates: ["PutRetentionPolicy"],
    deletes: ["DeleteLogGroup"],
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    updates: "again",
    deletes: ["DeleteMetricFilter"],
  },
  "aws:sns/topic:Topic": {
    id: "TopicArn",
    reads: ({ TopicArn }) => ({ id: TopicArn, arn: TopicArn }),
    deletes: ["DeleteTopic"],
  },
  "aws:sns/topicPolicy:TopicPolicy": { updates: "again" },
  "aws:sns/topicSubscription:TopicSubscription": {
    id: "SubscriptionArn",
    reads: ({ SubscriptionArn }) => ({ id: SubscriptionArn, arn: SubscriptionArn }),
    deletes: ["Unsubscribe"],
  },
  "aws:sqs/queue:Queue": {
    id: "QueueUrl",
    reads: ({ QueueUrl }) => ({ id: QueueUrl, url: QueueUrl }),
    deletes: ["DeleteQueue"],
  },
  "aws:sqs/queuePolicy:QueuePolicy": { updates: "again" },
  "aws:budgets/budget:Budget": {
    id: "BudgetName",
    deletes: [
      {
        operation: "DeleteBudget",
        adds: (_properties, { accountId: AccountId }) => ({ AccountId }),
      },
    ],
  },

  // Models, endpoints and notebooks: models and configurations can't be changed, an endpoint moves between these
  "aws:sagemaker/model:Model": { deletes: ["DeleteModel"], checks: "DescribeModel" },
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": {
    deletes: ["DeleteEndpointConfig"],
    checks: "DescribeEndpointConfig",
  },
  "aws:sagemaker/endpoint:Endpoint": {
    notAtCreation: "UpdateEndpoint",
    updates: ["UpdateEndpoint"],
    deletes: ["DeleteEndpoint"],
    checks: "DescribeEndpoint",
    finds: ({ EndpointConfigName }) => ({ endpointConfigName: EndpointConfigName }),
    settles: {
      isBusy: ({ EndpointStatus }) => BUSY.test(String(EndpointStatus)),
      failure: ({ EndpointStatus, FailureReason }) =>
        EndpointStatus === "Failed" ? String(FailureReason) : undefined,
    },
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    deletes: ["StopNotebookInstance", "DeleteNotebookInstance"],
  },
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": {
    deletes: ["DeleteNotebookInstanceLifecycleConfig"],
  },

  // Buckets, objects and image repositories. No bucket policies: moto denies what one denies, whatever its conditions say.
  "aws:s3/bucket:Bucket": {
    updates: ["PutBucketTagging"],
    deletes: ["DeleteBucket"],
    checks: "HeadBucket",
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    updates: "again",
    deletes: ["DeleteBucketLifecycle"],
  },
  "aws:s3/bucketLogging:BucketLogging": { updates: "again" },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    updates: "again",
    deletes: ["DeleteBucketOwnershipControls"],
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    updates: "again",
    deletes: ["DeletePublicAccessBlock"],
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    updates: "again",
    deletes: ["DeleteBucketEncryption"],
  },
  "aws:s3/bucketVersioning:BucketVersioning": { updates: "again" },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    updates: "again",
    reads: ({ ETag, VersionId }) => ({
      etag: String(ETag).replaceAll('"', ""),
      versionId: VersionId,
    }),
    deletes: [{ operation: "DeleteObject", takes: ["bucket", "key"] }],
  },
  "aws:ecr/repository:Repository": {
    deletes: [{ operation: "DeleteRepository", names: { forceDelete: "force" } }],
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    updates: "again",
    deletes: ["DeleteLifecyclePolicy"],
  },
};
