/**
 * Properties whose change replaces the resource, for the types of this program.
 * Source: the "Forces new resource" marks in the AWS provider's documentation (terraform-provider-aws, website/docs/r).
 */
const REPLACE_ONLY: Readonly<Record<string, readonly string[] | "all">> = {
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
  "aws:cloudwatch/logGroup:LogGroup": ["name", "namePrefix"],
  "aws:ec2/instance:Instance": ["ami", "keyName", "subnetId", "iamInstanceProfile"],
  "aws:ec2/launchTemplate:LaunchTemplate": ["name", "namePrefix"],
  "aws:ec2/securityGroup:SecurityGroup": ["name", "namePrefix", "description", "vpcId"],
  "aws:ecr/repository:Repository": ["name", "encryptionConfigurations"],
  "aws:iam/instanceProfile:InstanceProfile": ["name", "namePrefix", "path"],
  "aws:iam/role:Role": ["name", "namePrefix", "path"],
  "aws:iam/rolePolicy:RolePolicy": ["name", "namePrefix", "role"],
  "aws:lambda/alias:Alias": ["name", "functionName"],
  "aws:lambda/function:Function": ["name", "packageType"],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ["functionName", "qualifier"],
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": [
    "functionName",
    "qualifier",
  ],
  "aws:s3/bucket:Bucket": ["bucket", "bucketPrefix", "objectLockEnabled"],
  "aws:s3/bucketObjectv2:BucketObjectv2": ["bucket", "key"],
  "aws:sagemaker/endpoint:Endpoint": ["name"],
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": "all",
  "aws:sagemaker/model:Model": "all",
  "aws:sqs/queue:Queue": ["name", "namePrefix", "fifoQueue"],
  "aws:sqs/queuePolicy:QueuePolicy": ["queueUrl"],
};

/** Whether changing `property` replaces a resource of `type`; tags never do. */
export function replacedBy(type: string, property: string): boolean {
  const properties = REPLACE_ONLY[type];
  if (property === "tags" || property === "tagsAll" || properties === undefined) {
    return false;
  }
  return properties === "all" || properties.includes(property);
}
