import type { Place } from "./place";

/** What the provider does with a type of resource beside creating it. */
export interface Lifecycle {
  /** IAM's prefix of the actions. */
  readonly service: string;
  /**
   * The property that names the resource in `arns`.
   * @default the name that it has or that the provider generates
   */
  readonly namedBy?: string;
  /** ARN patterns of what the actions are about. */
  readonly arns: (name: string, at: Place) => readonly string[];
  /** Actions of a preview and a refresh, separated by spaces. */
  readonly reads: string;
  /** Actions of an update. */
  readonly updates?: string;
  /** Actions of a destroy; not granted for what the stack retains. */
  readonly deletes?: string;
}

type About = Pick<Lifecycle, "service" | "arns">;

/** What has its name behind a service, a region and the account; a template is an ARN's end. */
const named = (service: string, ...templates: string[]): About => ({
  service,
  arns: (name, { partition, region, account }) =>
    templates.map(
      (template) =>
        `arn:${partition}:${service}:${region}:${account}:${template.replace("NAME", name)}`,
    ),
});
const inS3 = (end: string): About => ({
  service: "s3",
  arns: (name, { partition }) => [`arn:${partition}:s3:::${name}${end}`],
});
const repository = named("ecr", "repository/NAME");
const logGroup = named("logs", "log-group:NAME", "log-group:NAME:*");
const scalingGroup = named("autoscaling", "autoScalingGroup:*:autoScalingGroupName/NAME");
const topic = named("sns", "NAME");
const queue = named("sqs", "NAME");

function sagemaker(resource: string, noun: string, more = ""): Lifecycle {
  return {
    ...named("sagemaker", `${resource}/NAME`),
    reads: `Describe${noun} ListTags`,
    updates: `AddTags DeleteTags ${more}`,
    deletes: `Delete${noun}`,
  };
}

const bucketPart = (reads: string, deletes: string): Lifecycle => ({
  ...inS3(""),
  namedBy: "bucket",
  reads,
  deletes,
});

const functionPart = (reads: string, updates: string, deletes: string): Lifecycle => ({
  ...named("lambda", "function:NAME", "function:NAME:*"),
  namedBy: "functionName",
  reads,
  updates,
  deletes,
});

/** Storage of objects and images. */
const storage: Readonly<Record<string, Lifecycle>> = {
  "aws:s3/bucket:Bucket": {
    ...inS3(""),
    namedBy: "bucket",
    // The provider reads every setting of a bucket, also those that are resources of their own.
    reads:
      "ListBucket GetBucketLocation GetBucketAcl GetBucketCORS GetBucketWebsite GetBucketVersioning GetAccelerateConfiguration " +
      "GetBucketRequestPayment GetBucketLogging GetLifecycleConfiguration GetReplicationConfiguration GetEncryptionConfiguration " +
      "GetBucketObjectLockConfiguration GetBucketTagging ListTagsForResource GetBucketPolicy",
    updates: "TagResource UntagResource",
    deletes: "DeleteBucket ListBucketVersions",
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketPart(
    "GetLifecycleConfiguration",
    "PutLifecycleConfiguration",
  ),
  "aws:s3/bucketLogging:BucketLogging": bucketPart("GetBucketLogging", "PutBucketLogging"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketPart(
    "GetBucketOwnershipControls",
    "PutBucketOwnershipControls",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": bucketPart("GetBucketPolicy", "DeleteBucketPolicy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPart(
    "GetBucketPublicAccessBlock",
    "PutBucketPublicAccessBlock",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    bucketPart("GetEncryptionConfiguration", "PutEncryptionConfiguration"),
  "aws:s3/bucketVersioning:BucketVersioning": bucketPart(
    "GetBucketVersioning",
    "PutBucketVersioning",
  ),
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    ...inS3("/*"),
    namedBy: "bucket",
    reads: "GetObject GetObjectTagging",
    updates: "PutObjectTagging",
    deletes: "DeleteObject DeleteObjectVersion",
  },
  "aws:ecr/repository:Repository": {
    ...repository,
    reads: "DescribeRepositories ListTagsForResource",
    updates: "PutImageScanningConfiguration PutImageTagMutability TagResource UntagResource",
    deletes: "DeleteRepository",
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    ...repository,
    namedBy: "repository",
    reads: "GetLifecyclePolicy",
    deletes: "DeleteLifecyclePolicy",
  },
  "awsx:ecr:Image": {
    ...repository,
    namedBy: "repositoryUrl",
    // The program lists what has been pushed; images go with their repository only.
    reads:
      "GetAuthorizationToken ListImages BatchGetImage BatchCheckLayerAvailability GetDownloadUrlForLayer",
    updates: "InitiateLayerUpload UploadLayerPart CompleteLayerUpload",
  },
};

/** Models, functions, and what is around them. */
const serving: Readonly<Record<string, Lifecycle>> = {
  "aws:sagemaker/model:Model": sagemaker("model", "Model"),
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": {
    ...sagemaker("endpoint-config", "EndpointConfig"),
    // Creating and updating an endpoint is also authorized on its configuration.
    updates: "AddTags DeleteTags CreateEndpoint UpdateEndpoint",
  },
  "aws:sagemaker/endpoint:Endpoint": sagemaker(
    "endpoint",
    "Endpoint",
    // Application Auto Scaling asks whoever registers an endpoint with it for the last.
    "UpdateEndpointWeightsAndCapacities",
  ),
  "aws:sagemaker/notebookInstance:NotebookInstance": sagemaker(
    "notebook-instance",
    "NotebookInstance",
    "UpdateNotebookInstance StartNotebookInstance StopNotebookInstance",
  ),
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration":
    sagemaker(
      "notebook-instance-lifecycle-config",
      "NotebookInstanceLifecycleConfig",
      "UpdateNotebookInstanceLifecycleConfig",
    ),
  "aws:lambda/function:Function": {
    ...functionPart(
      "GetFunction GetFunctionConfiguration GetFunctionCodeSigningConfig ListVersionsByFunction ListTags",
      "UpdateFunctionCode UpdateFunctionConfiguration PublishVersion PutFunctionConcurrency DeleteFunctionConcurrency TagResource UntagResource",
      "DeleteFunction",
    ),
    namedBy: "name",
  },
  "aws:lambda/alias:Alias": functionPart("GetAlias", "UpdateAlias", "DeleteAlias"),
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": functionPart(
    "GetProvisionedConcurrencyConfig",
    "",
    "DeleteProvisionedConcurrencyConfig",
  ),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": functionPart(
    "GetFunctionEventInvokeConfig",
    "",
    "DeleteFunctionEventInvokeConfig",
  ),
  "aws:lambda/functionUrl:FunctionUrl": functionPart(
    "GetFunctionUrlConfig",
    "UpdateFunctionUrlConfig",
    "DeleteFunctionUrlConfig",
  ),
  "aws:lambda/permission:Permission": {
    ...functionPart("GetPolicy", "", "RemovePermission"),
    namedBy: "function",
  },
  "aws:sqs/queue:Queue": {
    ...queue,
    reads: "GetQueueAttributes GetQueueUrl ListQueueTags",
    updates: "SetQueueAttributes TagQueue UntagQueue",
    deletes: "DeleteQueue",
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    ...queue,
    namedBy: "queueUrl",
    reads: "GetQueueAttributes",
  },
  ...Object.fromEntries(
    // An API's id is not known beforehand, and its parts have no tags.
    ["api:Api", "integration:Integration", "route:Route", "stage:Stage"].map((type) => [
      `aws:apigatewayv2/${type}`,
      {
        service: "apigateway",
        arns: (_name: string, { partition, region }: Place) =>
          ["apis", "apis/*", "tags/*"].map(
            (path) => `arn:${partition}:apigateway:${region}::/${path}`,
          ),
        reads: "GET",
        updates: "PATCH PUT",
        deletes: "DELETE",
      },
    ]),
  ),
};

/** Logs, alarms, topics and the budget. */
const monitoring: Readonly<Record<string, Lifecycle>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    ...named("cloudwatch", "alarm:NAME"),
    reads: "DescribeAlarms ListTagsForResource",
    updates: "TagResource UntagResource",
    deletes: "DeleteAlarms",
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    service: "cloudwatch",
    namedBy: "dashboardName",
    arns: (name, { partition, account }) => [
      `arn:${partition}:cloudwatch::${account}:dashboard/${name}`,
    ],
    reads: "GetDashboard",
    deletes: "DeleteDashboards",
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    ...logGroup,
    reads: "DescribeLogGroups ListTagsForResource",
    updates: "DeleteRetentionPolicy TagResource UntagResource",
    deletes: "DeleteLogGroup",
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    ...logGroup,
    namedBy: "logGroupName",
    reads: "DescribeMetricFilters",
    deletes: "DeleteMetricFilter",
  },
  "aws:sns/topic:Topic": {
    ...topic,
    reads: "GetTopicAttributes ListTagsForResource",
    updates: "SetTopicAttributes TagResource UntagResource",
    deletes: "DeleteTopic",
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    ...topic,
    namedBy: "arn",
    reads: "GetTopicAttributes",
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    ...topic,
    namedBy: "topic",
    reads: "GetSubscriptionAttributes ListSubscriptionsByTopic",
    updates: "SetSubscriptionAttributes",
    deletes: "Unsubscribe",
  },
  "aws:budgets/budget:Budget": {
    service: "budgets",
    arns: (name, { partition, account }) => [`arn:${partition}:budgets::${account}:budget/${name}`],
    reads: "ViewBudget ListTagsForResource",
    updates: "TagResource UntagResource",
  },
};

/** Roles and the trainer's groups; tagged.ts and special.ts have what names don't tell apart. */
const others: Readonly<Record<string, Lifecycle>> = {
  "aws:iam/role:Role": {
    service: "iam",
    arns: (_name, { partition, account, rolePath }) => [
      `arn:${partition}:iam::${account}:role${rolePath}*`,
    ],
    reads: "GetRole ListRolePolicies ListAttachedRolePolicies ListRoleTags",
    updates: "UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole UntagRole",
    deletes: "DeleteRole ListInstanceProfilesForRole",
  },
  "aws:iam/rolePolicy:RolePolicy": {
    service: "iam",
    namedBy: "role",
    arns: (name, { partition, account, rolePath, existingRoles }) =>
      existingRoles.includes(name)
        ? [name, `*/${name}`].map((role) => `arn:${partition}:iam::${account}:role/${role}`)
        : [`arn:${partition}:iam::${account}:role${rolePath}*`],
    reads: "GetRolePolicy",
    deletes: "DeleteRolePolicy",
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    service: "iam",
    arns: (_name, { partition, account, rolePath }) => [
      `arn:${partition}:iam::${account}:instance-profile${rolePath}*`,
    ],
    reads: "GetInstanceProfile ListInstanceProfileTags",
    updates: "TagInstanceProfile UntagInstanceProfile",
    deletes: "RemoveRoleFromInstanceProfile DeleteInstanceProfile",
  },
  "aws:autoscaling/group:Group": {
    ...scalingGroup,
    reads:
      "DescribeAutoScalingGroups DescribeScalingActivities DescribeLifecycleHooks DescribeTags",
    updates: "UpdateAutoScalingGroup CreateOrUpdateTags DisableMetricsCollection",
    deletes: "DeleteAutoScalingGroup",
  },
  "aws:autoscaling/policy:Policy": {
    ...scalingGroup,
    namedBy: "autoscalingGroupName",
    reads: "DescribePolicies",
    deletes: "DeletePolicy",
  },
};

/**
 * By Pulumi's token.
 *
 * Source: the AWS provider's documentation and the Service Authorization Reference, which a test holds the actions against;
 * nothing of it has met real AWS.
 */
export const lifecycles: Readonly<Record<string, Lifecycle>> = {
  ...storage,
  ...serving,
  ...monitoring,
  ...others,
};
