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

/** Parts of properties that can only be replaced, by type and property; the rest of the property is changed in place. */
const REPLACE_ONLY_PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws:sagemaker/endpoint:Endpoint": { deploymentConfig: "autoRollbackConfiguration" },
};

type Properties = Readonly<Record<string, unknown>>;

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
