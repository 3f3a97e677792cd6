import { createHash } from "node:crypto";
import { partitionNamed } from "../../packages/aws-facts/partitions";

/** The account that the stand-in AWS pretends to be. */
export interface AwsAccount {
  /** Twelve digits. */
  readonly accountId: string;
  /** For example `us-east-1`. */
  readonly region: string;
  /** For example `aws` or `aws-eusc`. */
  readonly partition: string;
}

/** The end of the services' addresses where the account is. */
export function dnsSuffixOf({ partition }: AwsAccount): string {
  return partitionNamed(partition)?.dnsSuffix ?? "amazonaws.com";
}

/** `length` hexadecimal digits that depend on the text alone, so that two runs agree. */
export function hexDigest(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/**
 * How AWS and its provider name one type of resource.
 *
 * Texts contain `{partition}`, `{region}`, `{account}`, `{suffix}` of the account; `{name}`, the name in AWS, given or generated;
 * `{id}`; `{hex16}` (or another length), digits that follow from the name; `{uuid}`, the same as a UUID; `{content}`, 64 digits
 * that follow from the inputs; and `{input.path|/}`, an input without `https://`, or what is behind the bar.
 */
export interface Kind {
  /** The property that the provider fills in when the program gives no name. */
  readonly namedBy?: string;
  /** The provider's id: what other resources refer to. */
  readonly id: string;
  /** Output properties that AWS computes, such as `arn`. */
  readonly computed?: Readonly<Record<string, string | number>>;
  /**
   * Properties whose change replaces the resource, besides those that its id is made of, or all.
   *
   * Source: the "Forces new resource" marks in the AWS provider's documentation (terraform-provider-aws, website/docs/r).
   */
  readonly replacedBy?: readonly string[] | "all";
}

/** What a kind has beside its id and its name. */
type More = Pick<Kind, "computed" | "replacedBy">;

const arn = (service: string, resource: string): string =>
  `arn:{partition}:${service}:{region}:{account}:${resource}`;

const iamArn = (resource: string): string => `arn:{partition}:iam::{account}:${resource}`;

function named(service: string, prefix: string, { computed, replacedBy }: More = {}): Kind {
  return {
    namedBy: "name",
    id: "{name}",
    computed: { arn: arn(service, `${prefix}{name}`), ...computed },
    replacedBy,
  };
}

/** A kind of IAM's, whose ARNs have no region. */
const ofIam = (resource: string, id = "{name}", ...others: string[]): Kind => ({
  namedBy: "name",
  id,
  computed: { arn: iamArn(resource) },
  replacedBy: ["path", ...others],
});

const idFromInput = (property: string, ...others: string[]): Kind => ({
  id: `{input.${property}}`,
  replacedBy: others,
});

/** A kind whose id is a prefix and hexadecimal digits, such as `sg-0123456789abcdef0`. */
const generated = (prefix: string, more: More = {}): Kind => ({
  id: `${prefix}-0{hex16}`,
  ...more,
});

/** The kind of what is not in {@link kinds}. */
export const unknownKind = generated("id");

/** Kinds by Pulumi's type token. */
export const kinds: Readonly<Record<string, Kind>> = {
  "awsx:ecr:Image": {
    id: "{name}",
    computed: { imageUri: "{input.repositoryUrl}@sha256:{content}" },
  },
  "aws:apigatewayv2/api:Api": {
    namedBy: "name",
    id: "{hex10}",
    computed: {
      apiEndpoint: "https://{id}.execute-api.{region}.{suffix}",
      executionArn: arn("execute-api", "{id}"),
    },
    replacedBy: ["protocolType"],
  },
  "aws:apigatewayv2/integration:Integration": generated("integration", {
    replacedBy: ["apiId", "integrationType"],
  }),
  "aws:apigatewayv2/route:Route": generated("route", { replacedBy: ["apiId"] }),
  "aws:apigatewayv2/stage:Stage": {
    namedBy: "name",
    id: "{name}",
    computed: { invokeUrl: "https://{input.apiId}.execute-api.{region}.{suffix}/" },
    replacedBy: ["apiId"],
  },
  "aws:appautoscaling/policy:Policy": named("autoscaling", "scalingPolicy:", {
    replacedBy: ["resourceId", "scalableDimension", "serviceNamespace"],
  }),
  "aws:appautoscaling/scheduledAction:ScheduledAction": named("autoscaling", "scheduledAction:", {
    replacedBy: ["resourceId", "serviceNamespace"],
  }),
  "aws:appautoscaling/target:Target": idFromInput(
    "resourceId",
    "scalableDimension",
    "serviceNamespace",
  ),
  "aws:autoscaling/group:Group": named(
    "autoscaling",
    "autoScalingGroup:{uuid}:autoScalingGroupName/",
  ),
  "aws:autoscaling/policy:Policy": named("autoscaling", "scalingPolicy:", {
    replacedBy: ["autoscalingGroupName"],
  }),
  "aws:budgets/budget:Budget": named("budgets", "budget/", {
    computed: { arn: "arn:{partition}:budgets::{account}:budget/{name}" },
    replacedBy: ["accountId"],
  }),
  "aws:cloudwatch/dashboard:Dashboard": {
    id: "{input.dashboardName}",
    computed: { dashboardArn: "arn:{partition}:cloudwatch::{account}:dashboard/{id}" },
  },
  "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group:"),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": named("logs", "metric-filter:", {
    replacedBy: ["logGroupName"],
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": named("cloudwatch", "alarm:"),
  // Addresses from the ranges that RFC 5737 and RFC 1918 set aside.
  "aws:ec2/instance:Instance": generated("i", {
    computed: {
      arn: arn("ec2", "instance/{id}"),
      publicIp: "203.0.113.10",
      publicDns: "ec2-203-0-113-10.compute.{suffix}",
      privateIp: "10.0.0.10",
    },
    replacedBy: ["ami", "keyName", "subnetId", "iamInstanceProfile"],
  }),
  "aws:ec2/launchTemplate:LaunchTemplate": generated("lt", {
    computed: { arn: arn("ec2", "launch-template/{id}"), latestVersion: 1 },
    replacedBy: ["name", "namePrefix"],
  }),
  "aws:ec2/securityGroup:SecurityGroup": generated("sg", {
    computed: { arn: arn("ec2", "security-group/{id}") },
    replacedBy: ["name", "namePrefix", "description", "vpcId"],
  }),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": { id: "{input.repository}", replacedBy: "all" },
  "aws:ecr/repository:Repository": named("ecr", "repository/", {
    computed: {
      registryId: "{account}",
      repositoryUrl: "{account}.dkr.ecr.{region}.{suffix}/{name}",
    },
    replacedBy: ["encryptionConfigurations"],
  }),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    id: iamArn("oidc-provider/{input.url}"),
    computed: { arn: "{id}" },
  },
  "aws:iam/policy:Policy": ofIam("policy/{name}", iamArn("policy/{name}"), "description"),
  "aws:iam/instanceProfile:InstanceProfile": ofIam("instance-profile/{name}"),
  "aws:iam/role:Role": ofIam("role{input.path|/}{name}"),
  "aws:iam/rolePolicy:RolePolicy": { namedBy: "name", id: "{input.role}:{name}" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": generated("attachment", {
    replacedBy: ["policyArn", "role"],
  }),
  "aws:kms/alias:Alias": named("kms", ""),
  "aws:kms/key:Key": {
    id: "{uuid}",
    computed: { keyId: "{id}", arn: arn("kms", "key/{id}") },
    replacedBy: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion"],
  },
  "aws:lambda/alias:Alias": {
    namedBy: "name",
    id: arn("lambda", "function:{input.functionName}:{name}"),
    computed: {
      arn: "{id}",
      invokeArn:
        "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{id}/invocations",
    },
  },
  "aws:lambda/function:Function": named("lambda", "function:", {
    computed: { qualifiedArn: arn("lambda", "function:{name}:1"), version: "1" },
    replacedBy: ["packageType"],
  }),
  "aws:lambda/functionUrl:FunctionUrl": {
    id: "{input.functionName}",
    computed: { urlId: "{hex32}", functionUrl: "https://{hex32}.lambda-url.{region}.on.aws/" },
    replacedBy: ["qualifier"],
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": idFromInput(
    "functionName",
    "qualifier",
  ),
  "aws:lambda/permission:Permission": generated("permission", { replacedBy: "all" }),
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": idFromInput(
    "functionName",
    "qualifier",
  ),
  "aws:s3/bucket:Bucket": {
    namedBy: "bucket",
    id: "{name}",
    computed: {
      arn: "arn:{partition}:s3:::{name}",
      bucketDomainName: "{name}.s3.{suffix}",
      bucketRegionalDomainName: "{name}.s3.{region}.{suffix}",
      hostedZoneId: "Z3AQBSTGFYJSTF",
    },
    replacedBy: ["objectLockEnabled"],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": idFromInput("bucket"),
  "aws:s3/bucketLogging:BucketLogging": idFromInput("bucket"),
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    id: "{input.bucket}/{input.key}",
    computed: { arn: "arn:{partition}:s3:::{id}", etag: "{hex32}", versionId: "{hex32}" },
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": idFromInput("bucket"),
  "aws:s3/bucketPolicy:BucketPolicy": idFromInput("bucket"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": idFromInput("bucket"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    idFromInput("bucket"),
  "aws:s3/bucketVersioning:BucketVersioning": idFromInput("bucket"),
  "aws:sagemaker/endpoint:Endpoint": named("sagemaker", "endpoint/"),
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": named(
    "sagemaker",
    "endpoint-config/",
    { replacedBy: "all" },
  ),
  "aws:sagemaker/model:Model": named("sagemaker", "model/", { replacedBy: "all" }),
  "aws:sagemaker/notebookInstance:NotebookInstance": named("sagemaker", "notebook-instance/", {
    computed: { url: "{name}.notebook.{region}.sagemaker.aws" },
    replacedBy: ["directInternetAccess", "kmsKeyId", "securityGroups", "subnetId"],
  }),
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration":
    named("sagemaker", "notebook-instance-lifecycle-config/"),
  "aws:sns/topic:Topic": {
    ...named("sns", "", { replacedBy: ["fifoTopic"] }),
    id: arn("sns", "{name}"),
  },
  "aws:sns/topicPolicy:TopicPolicy": idFromInput("arn"),
  "aws:sns/topicSubscription:TopicSubscription": generated("subscription", {
    replacedBy: ["endpoint", "protocol", "topic"],
  }),
  "aws:sqs/queue:Queue": {
    ...named("sqs", "", { computed: { url: "{id}" }, replacedBy: ["fifoQueue"] }),
    id: "https://sqs.{region}.{suffix}/{account}/{name}",
  },
  "aws:sqs/queuePolicy:QueuePolicy": idFromInput("queueUrl"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": generated("sgr", {
    replacedBy: ["securityGroupId"],
  }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": generated("sgr", {
    replacedBy: ["securityGroupId"],
  }),
};
