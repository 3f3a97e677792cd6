/**
 * Properties whose change replaces the resource, for the types of this program.
 * Source: the "Forces new resource" marks in the AWS provider's documentation (terraform-provider-aws, website/docs/r).
 */
const REPLACE_ONLY: Readonly<Record<string, readonly string[] | "all">> = {
  "aws:apigatewayv2/api:Api": ["protocolType"],
  "aws:apigatewayv2/integration:Integration": ["apiId", "integrationType"],
  "aws:apigatewayv2/route:Route": ["apiId"],
  "aws:apigatewayv2/stage:Stage": ["apiId", "name"],
  "aws:appautoscaling/policy:Policy": [
    "name",
    "resourceId",
    "scalableDimension",
    "serviceNamespace",
  ],
  "aws:appautoscaling/scheduledAction:ScheduledAction": ["name", "resourceId", "serviceNamespace"],
  "aws:appautoscaling/target:Target": ["resourceId", "scalableDimension", "serviceNamespace"],
  "aws:autoscaling/group:Group": ["name", "namePrefix"],
  "aws:autoscaling/policy:Policy": ["name", "autoscalingGroupName"],
  "aws:budgets/budget:Budget": ["accountId", "name", "namePrefix"],
  "aws:cloudwatch/dashboard:Dashboard": ["dashboardName"],
  "aws:cloudwatch/logGroup:LogGroup": ["name", "namePrefix"],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": ["logGroupName", "name"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["name"],
  "aws:ec2/instance:Instance": ["ami", "keyName", "subnetId", "iamInstanceProfile"],
  "aws:ec2/launchTemplate:LaunchTemplate": ["name", "namePrefix"],
  "aws:ec2/securityGroup:SecurityGroup": ["name", "namePrefix", "description", "vpcId"],
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": "all",
  "aws:ecr/repository:Repository": ["name", "encryptionConfigurations"],
  "aws:iam/instanceProfile:InstanceProfile": ["name", "namePrefix", "path"],
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": ["url"],
  "aws:iam/policy:Policy": ["description", "name", "namePrefix", "path"],
  "aws:iam/role:Role": ["name", "namePrefix", "path"],
  "aws:iam/rolePolicy:RolePolicy": ["name", "namePrefix", "role"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["policyArn", "role"],
  "aws:kms/alias:Alias": ["name", "namePrefix"],
  "aws:kms/key:Key": ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion"],
  "aws:lambda/alias:Alias": ["name", "functionName"],
  "aws:lambda/function:Function": ["name", "packageType"],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ["functionName", "qualifier"],
  "aws:lambda/functionUrl:FunctionUrl": ["functionName", "qualifier"],
  "aws:lambda/permission:Permission": "all",
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": [
    "functionName",
    "qualifier",
  ],
  "aws:s3/bucket:Bucket": ["bucket", "bucketPrefix", "objectLockEnabled"],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["bucket"],
  "aws:s3/bucketLogging:BucketLogging": ["bucket"],
  "aws:s3/bucketObjectv2:BucketObjectv2": ["bucket", "key"],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ["bucket"],
  "aws:s3/bucketPolicy:BucketPolicy": ["bucket"],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ["bucket"],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    "bucket",
  ],
  "aws:s3/bucketVersioning:BucketVersioning": ["bucket"],
  "aws:sagemaker/endpoint:Endpoint": ["name"],
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": "all",
  "aws:sagemaker/model:Model": "all",
  "aws:sagemaker/notebookInstance:NotebookInstance": [
    "directInternetAccess",
    "kmsKeyId",
    "name",
    "securityGroups",
    "subnetId",
  ],
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": [
    "name",
  ],
  "aws:sns/topic:Topic": ["fifoTopic", "name", "namePrefix"],
  "aws:sns/topicPolicy:TopicPolicy": ["arn"],
  "aws:sns/topicSubscription:TopicSubscription": ["endpoint", "protocol", "topic"],
  "aws:sqs/queue:Queue": ["name", "namePrefix", "fifoQueue"],
  "aws:sqs/queuePolicy:QueuePolicy": ["queueUrl"],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ["securityGroupId"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["securityGroupId"],
};

/** Parts of properties that can only be replaced, by type and property; the rest of the property is changed in place. */
const REPLACE_ONLY_PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws:sagemaker/endpoint:Endpoint": { deploymentConfig: "autoRollbackConfiguration" },
};

type Properties = Readonly<Record<string, unknown>>;

/** Whether it is known here what replaces a resource of `type`. */
export function knowsReplacement(type: string): boolean {
  return type in REPLACE_ONLY;
}

/** Whether changing `property` replaces a resource of `type`; tags never do. */
export function replacedBy(
  type: string,
  property: string,
  olds: Properties,
  news: Properties,
): boolean {
  const part = REPLACE_ONLY_PARTS[type]?.[property];
  if (part !== undefined) {
    const [former, next] = [olds, news].map((all) =>
      JSON.stringify((all[property] as Properties | undefined)?.[part]),
    );
    return former !== next;
  }
  const properties = REPLACE_ONLY[type];
  if (property === "tags" || property === "tagsAll" || properties === undefined) {
    return false;
  }
  return properties === "all" || properties.includes(property);
}

/**
 * Whether a resource goes before its replacement comes: two can't have the name that the program gives.
 *
 * Source: nameRequiresDeleteBeforeReplace of pulumi-terraform-bridge.
 */
export function deletedBeforeReplacedBy(type: string, olds: Properties, news: Properties): boolean {
  return type === "aws:sagemaker/endpoint:Endpoint" && olds["name"] === news["name"];
}
