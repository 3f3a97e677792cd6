import type { Place } from "./place";

type Arns = (name: string, at: Place) => readonly string[];

/**
 * What a type of resource needs beside the requests that create it (infra/offline/service-models/mappings) and those that
 * change, check and delete it (cli/stack/sandbox/lifecycles.ts).
 */
export interface TypePermissions {
  /** Other actions of a preview, a refresh or an update, separated by spaces. */
  readonly also: string;
  /** Other actions of a destroy; not granted for what the stack retains. */
  readonly deletes?: string;
  /**
   * The property that names what the actions are about.
   * @default the name that it has or that the provider generates
   */
  readonly namedBy?: string;
  /**
   * ARN patterns of what the actions are about.
   * @default those of its service ({@link ARNS}), or its own ARN
   */
  readonly arns?: Arns;
}

const named =
  (service: string, ...ends: string[]): Arns =>
  (name, { partition, region, account }) =>
    ends.map(
      (end) => `arn:${partition}:${service}:${region}:${account}:${end.replace("NAME", name)}`,
    );

const inPath =
  (kind: string): Arns =>
  (_name, { partition, account, rolePath }) => [
    `arn:${partition}:iam::${account}:${kind}${rolePath}*`,
  ];

/** ARN patterns by IAM's prefix, where all types of a service are about one kind of thing. */
export const ARNS: Readonly<Record<string, Arns>> = {
  // An API's id is not known beforehand, and its parts have no tags.
  apigateway: (_name, { partition, region }) =>
    ["apis", "apis/*", "tags/*"].map((path) => `arn:${partition}:apigateway:${region}::/${path}`),
  autoscaling: named("autoscaling", "autoScalingGroup:*:autoScalingGroupName/NAME"),
  ecr: named("ecr", "repository/NAME"),
  lambda: named("lambda", "function:NAME", "function:NAME:*"),
  logs: named("logs", "log-group:NAME", "log-group:NAME:*"),
  s3: (name, { partition }) => [`arn:${partition}:s3:::${name}`],
  sns: named("sns", "NAME"),
  sqs: named("sqs", "NAME"),
};

const part = (namedBy: string, also: string): TypePermissions => ({ namedBy, also });
const api = { also: "GET PATCH PUT" };

/**
 * By Pulumi's token; tagged.ts and special.ts have what names don't tell apart.
 *
 * Source: the AWS provider's documentation and the Service Authorization Reference, which a test holds the actions against;
 * none of it was tried in real AWS.
 */
export const typePermissions: Readonly<Record<string, TypePermissions>> = {
  // Storage of objects and images
  "aws:s3/bucket:Bucket": {
    // The provider reads every setting of a bucket, also those that are resources of their own.
    also:
      "GetBucketLocation GetBucketAcl GetBucketCORS GetBucketWebsite GetBucketVersioning GetAccelerateConfiguration " +
      "GetBucketRequestPayment GetBucketLogging GetLifecycleConfiguration GetReplicationConfiguration GetEncryptionConfiguration " +
      "GetBucketObjectLockConfiguration GetBucketTagging ListTagsForResource GetBucketPolicy TagResource UntagResource",
    deletes: "ListBucketVersions",
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": part(
    "bucket",
    "GetLifecycleConfiguration",
  ),
  "aws:s3/bucketLogging:BucketLogging": part("bucket", "GetBucketLogging"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": part(
    "bucket",
    "GetBucketOwnershipControls",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": {
    ...part("bucket", "GetBucketPolicy"),
    deletes: "DeleteBucketPolicy",
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": part(
    "bucket",
    "GetBucketPublicAccessBlock",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": part(
    "bucket",
    "GetEncryptionConfiguration",
  ),
  "aws:s3/bucketVersioning:BucketVersioning": part("bucket", "GetBucketVersioning"),
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    ...part("bucket", "GetObject GetObjectTagging PutObjectTagging"),
    arns: (name, { partition }) => [`arn:${partition}:s3:::${name}/*`],
    deletes: "DeleteObjectVersion",
  },
  "aws:ecr/repository:Repository": {
    also:
      "DescribeRepositories ListTagsForResource PutImageScanningConfiguration PutImageTagMutability " +
      "TagResource UntagResource",
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": part("repository", "GetLifecyclePolicy"),
  "awsx:ecr:Image": part(
    "repositoryUrl",
    // The program lists what has been pushed; images go with their repository only.
    "GetAuthorizationToken ListImages BatchGetImage BatchCheckLayerAvailability GetDownloadUrlForLayer " +
      "InitiateLayerUpload UploadLayerPart CompleteLayerUpload",
  ),

  // Models, functions, and what is around them
  "aws:sagemaker/model:Model": { also: "ListTags AddTags DeleteTags" },
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": {
    // Creating and updating an endpoint is also authorized on its configuration.
    also: "ListTags AddTags DeleteTags CreateEndpoint UpdateEndpoint",
  },
  "aws:sagemaker/endpoint:Endpoint": {
    // Application Auto Scaling asks whoever registers an endpoint with it for the last.
    also: "ListTags AddTags DeleteTags UpdateEndpointWeightsAndCapacities",
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    also:
      "DescribeNotebookInstance ListTags AddTags DeleteTags UpdateNotebookInstance StartNotebookInstance " +
      "StopNotebookInstance",
  },
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": {
    also:
      "DescribeNotebookInstanceLifecycleConfig ListTags AddTags DeleteTags " +
      "UpdateNotebookInstanceLifecycleConfig",
  },
  "aws:lambda/function:Function": {
    also:
      "GetFunctionConfiguration GetFunctionCodeSigningConfig ListVersionsByFunction ListTags PublishVersion " +
      "DeleteFunctionConcurrency TagResource UntagResource",
  },
  "aws:lambda/alias:Alias": part("functionName", "GetAlias"),
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": part(
    "functionName",
    "GetProvisionedConcurrencyConfig",
  ),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": part(
    "functionName",
    "GetFunctionEventInvokeConfig",
  ),
  "aws:lambda/functionUrl:FunctionUrl": part("functionName", "GetFunctionUrlConfig"),
  "aws:lambda/permission:Permission": part("function", "GetPolicy"),
  "aws:sqs/queue:Queue": {
    also: "GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue",
  },
  "aws:sqs/queuePolicy:QueuePolicy": part("queueUrl", "GetQueueAttributes"),
  "aws:apigatewayv2/api:Api": api,
  "aws:apigatewayv2/integration:Integration": api,
  "aws:apigatewayv2/route:Route": api,
  "aws:apigatewayv2/stage:Stage": api,

  // Logs, alarms, topics and the budget
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    also: "ListTagsForResource TagResource UntagResource",
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    ...part("dashboardName", "GetDashboard"),
    arns: (name, { partition, account }) => [
      `arn:${partition}:cloudwatch::${account}:dashboard/${name}`,
    ],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    also: "DescribeLogGroups ListTagsForResource DeleteRetentionPolicy TagResource UntagResource",
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": part("logGroupName", "DescribeMetricFilters"),
  "aws:sns/topic:Topic": {
    also: "GetTopicAttributes ListTagsForResource SetTopicAttributes TagResource UntagResource",
  },
  "aws:sns/topicPolicy:TopicPolicy": part("arn", "GetTopicAttributes"),
  "aws:sns/topicSubscription:TopicSubscription": part(
    "topic",
    "GetSubscriptionAttributes ListSubscriptionsByTopic SetSubscriptionAttributes",
  ),
  "aws:budgets/budget:Budget": {
    also: "ViewBudget ListTagsForResource TagResource UntagResource",
  },

  // Roles and the trainer's groups
  "aws:iam/role:Role": {
    arns: inPath("role"),
    also: "ListRolePolicies ListAttachedRolePolicies ListRoleTags UpdateRoleDescription TagRole UntagRole",
    deletes: "ListInstanceProfilesForRole",
  },
  "aws:iam/rolePolicy:RolePolicy": {
    ...part("role", "GetRolePolicy"),
    arns: (name, at) =>
      at.existingRoles.includes(name)
        ? [name, `*/${name}`].map((role) => `arn:${at.partition}:iam::${at.account}:role/${role}`)
        : inPath("role")(name, at),
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    arns: inPath("instance-profile"),
    also: "GetInstanceProfile ListInstanceProfileTags TagInstanceProfile UntagInstanceProfile",
  },
  "aws:autoscaling/group:Group": {
    also:
      "DescribeAutoScalingGroups DescribeScalingActivities DescribeLifecycleHooks DescribeTags " +
      "UpdateAutoScalingGroup CreateOrUpdateTags DisableMetricsCollection",
  },
  "aws:autoscaling/policy:Policy": part("autoscalingGroupName", "DescribePolicies"),
};
