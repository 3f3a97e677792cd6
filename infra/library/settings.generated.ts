// Generated from the schema that checks the settings: `npx ts-node infra/generate.ts`.

/**
 * @example `{"model": "samples/model", "function": {}}`
 */
export interface EndpointSettings {
  /**
   * Model to serve. Omit to create nothing of this endpoint yet, so that a stack can start before anything is trained.
   * Allowed: s3://bucket/key/model.tar.gz, a key of the data bucket like models/name/model.tar.gz, or a model directory of the
   * project.
   * @example `samples/model`
   */
  readonly model?: string | undefined;
  /**
   * KMS key of the bucket that `model` is in, where that is not this stack's own bucket; its key policy must let this account's
   * IAM policies decide.
   * Allowed: the ARN of a KMS key.
   * @example `arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`
   */
  readonly modelKmsKeyArn?: string | undefined;
  /**
   * Endpoint to use as it is instead of creating one: alarms, scaling, dashboard and function are put around it. Omit to create
   * one.
   * Allowed: the name of an endpoint of this account and region.
   * @example `team-dogs`
   */
  readonly existing?: string | undefined;
  /**
   * Your own role. Omit to create one with exactly the permissions needed.
   * @example `{"existing": "team-sagemaker"}`
   */
  readonly role?: EndpointRoleSettings | undefined;
  /**
   * How the model is served.
   * @example `{"mode": "realtime", "instanceType": "ml.m5.large"}`
   */
  readonly serving?: EndpointServingRealtimeSettings | EndpointServingAsyncSettings | EndpointServingServerlessSettings |
    undefined;
  /**
   * A shadow variant of a realtime endpoint: it gets copies of requests, and capture records its answers. Omit for none.
   * @example `{"model": "models/next/model.tar.gz", "percentage": 10}`
   */
  readonly shadow?: EndpointShadowSettings | undefined;
  /**
   * Adds and removes instances to stay near a target, or in steps. Without it, their number is fixed.
   * @example `{"minInstances": 1, "maxInstances": 4}`
   */
  readonly scaling?: EndpointScalingSettings | undefined;
  /**
   * How a new model takes over; every strategy rolls back when an alarm goes off.
   * @example `{"strategy": "canary", "percentage": 10}`
   */
  readonly rollout?: EndpointRolloutAllAtOnceSettings | EndpointRolloutCanarySettings | EndpointRolloutLinearSettings |
    EndpointRolloutRollingSettings | undefined;
  /**
   * Records requests and answers below capture/ in the data bucket. Omit to record nothing.
   * @example `{"percentage": 10}`
   */
  readonly capture?: EndpointCaptureSettings | undefined;
  /**
   * The Lambda function in front of the endpoint. Omit for none.
   * @example `{"memory": 512, "timeout": 30}`
   */
  readonly function?: EndpointFunctionSettings | undefined;
}

/**
 * Your own role. Omit to create one with exactly the permissions needed.
 * @example `{"existing": "team-sagemaker"}`
 */
export interface EndpointRoleSettings {
  /**
   * IAM role to use as it is instead of creating one; the stack output permissionsToGrant lists what it must allow.
   * Allowed: the name of a role of this account, without its path.
   * @example `team-sagemaker`
   */
  readonly existing: string;
  /**
   * Whether the stack adds those permissions to the role, and removes them again.
   * Allowed: true or false.
   * @default false
   * @example `true`
   */
  readonly attach?: boolean | undefined;
}

/**
 * Instances that answer at once and are paid by the second.
 */
export interface EndpointServingRealtimeSettings {
  readonly mode: "realtime";
  /**
   * SageMaker instance type. Defaults to ml.t2.medium, or ml.c5.large with scaling.
   * Allowed: a SageMaker instance type for endpoints, so none of ml.t3.
   * @example `ml.m5.large`
   */
  readonly instanceType?: string | undefined;
  /**
   * Number of instances at the start. Defaults to scaling.minInstances, or 1.
   * Allowed: a whole number from 1 to 100.
   * @example `1`
   */
  readonly instanceCount?: number | undefined;
  /**
   * VPC that the model is in. Omit to run the container without a network. Serverless endpoints support neither.
   * @example `{"subnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], "securityGroupIds":
   * ["sg-0123456789abcdef0"]}`
   */
  readonly network?: EndpointServingRealtimeNetworkSettings | undefined;
}

/**
 * VPC that the model is in. Omit to run the container without a network. Serverless endpoints support neither.
 * @example `{"subnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], "securityGroupIds":
 * ["sg-0123456789abcdef0"]}`
 */
export interface EndpointServingRealtimeNetworkSettings {
  /**
   * Private subnets in different zones, with a gateway endpoint for S3 and two free addresses for each instance.
   * Allowed: a list of 2 to 16 subnet ids.
   * @example `["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]`
   */
  readonly subnetIds: readonly string[];
  /**
   * Security groups of the same VPC, which decide what the instances reach.
   * Allowed: a list of 1 to 5 security group ids.
   * @example `["sg-0123456789abcdef0"]`
   */
  readonly securityGroupIds: readonly string[];
  /**
   * Whether the container still has no network, and only SageMaker uses the VPC, to load the model. With false, the container
   * reaches what the VPC reaches.
   * Allowed: true or false.
   * @default true
   * @example `true`
   */
  readonly isolated?: boolean | undefined;
}

/**
 * Requests and answers go through the data bucket, below async/; scales to no instance at all.
 */
export interface EndpointServingAsyncSettings {
  readonly mode: "async";
  /**
   * SageMaker instance type. Defaults to ml.t2.medium, or ml.c5.large with scaling.
   * Allowed: a SageMaker instance type for endpoints, so none of ml.t3.
   * @example `ml.m5.large`
   */
  readonly instanceType?: string | undefined;
  /**
   * Number of instances at the start. Defaults to scaling.minInstances, or 1.
   * Allowed: a whole number from 1 to 100.
   * @example `1`
   */
  readonly instanceCount?: number | undefined;
  /**
   * VPC that the model is in. Omit to run the container without a network. Serverless endpoints support neither.
   * @example `{"subnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], "securityGroupIds":
   * ["sg-0123456789abcdef0"]}`
   */
  readonly network?: EndpointServingAsyncNetworkSettings | undefined;
  /**
   * Photos that one instance works on at a time.
   * Allowed: a whole number from 1 to 1000.
   * @default 4
   * @example `4`
   */
  readonly concurrentPerInstance?: number | undefined;
  /**
   * SNS topics that are told that an answer or an error is in the data bucket.
   * @example `{"successTopicArn": "arn:aws:sns:us-east-1:123456789012:dog-photos"}`
   */
  readonly notifications?: EndpointServingAsyncNotificationsSettings | undefined;
}

/**
 * VPC that the model is in. Omit to run the container without a network. Serverless endpoints support neither.
 * @example `{"subnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], "securityGroupIds":
 * ["sg-0123456789abcdef0"]}`
 */
export interface EndpointServingAsyncNetworkSettings {
  /**
   * Private subnets in different zones, with a gateway endpoint for S3 and two free addresses for each instance.
   * Allowed: a list of 2 to 16 subnet ids.
   * @example `["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]`
   */
  readonly subnetIds: readonly string[];
  /**
   * Security groups of the same VPC, which decide what the instances reach.
   * Allowed: a list of 1 to 5 security group ids.
   * @example `["sg-0123456789abcdef0"]`
   */
  readonly securityGroupIds: readonly string[];
  /**
   * Whether the container still has no network, and only SageMaker uses the VPC, to load the model. With false, the container
   * reaches what the VPC reaches.
   * Allowed: true or false.
   * @default true
   * @example `true`
   */
  readonly isolated?: boolean | undefined;
}

/**
 * SNS topics that are told that an answer or an error is in the data bucket.
 * @example `{"successTopicArn": "arn:aws:sns:us-east-1:123456789012:dog-photos"}`
 */
export interface EndpointServingAsyncNotificationsSettings {
  /**
   * SNS topic that is told of every answer. Omit for none.
   * Allowed: the ARN of an SNS topic (not FIFO).
   * @example `arn:aws:sns:us-east-1:123456789012:dog-photos`
   */
  readonly successTopicArn?: string | undefined;
  /**
   * SNS topic that is told of every error. Defaults to the alarms' topic, with monitoring.
   * Allowed: the ARN of an SNS topic (not FIFO).
   * @example `arn:aws:sns:us-east-1:123456789012:dog-photos`
   */
  readonly errorTopicArn?: string | undefined;
}

/**
 * No instances: paid by the request, photos of at most 4 MB.
 */
export interface EndpointServingServerlessSettings {
  readonly mode: "serverless";
  /**
   * Memory in MB; processors come with it.
   * @default 2048
   * @example `2048`
   */
  readonly memory?: 1024 | 2048 | 3072 | 4096 | 5120 | 6144 | undefined;
  /**
   * Maximum number of concurrent invocations.
   * Allowed: a whole number from 1 to 200.
   * @default 5
   * @example `5`
   */
  readonly maxConcurrency?: number | undefined;
  /**
   * Number of environments kept warm, paid by the hour. Omit for none.
   * Allowed: a whole number from 1 to 200.
   * @example `1`
   */
  readonly provisionedConcurrency?: number | undefined;
}

/**
 * A shadow variant of a realtime endpoint: it gets copies of requests, and capture records its answers. Omit for none.
 * @example `{"model": "models/next/model.tar.gz", "percentage": 10}`
 */
export interface EndpointShadowSettings {
  /**
   * Model to try. Defaults to the endpoint's, to try another instance type.
   * Allowed: s3://bucket/key/model.tar.gz, a key of the data bucket like models/name/model.tar.gz, or a model directory of the
   * project.
   * @example `samples/model`
   */
  readonly model?: string | undefined;
  /**
   * KMS key of the bucket that `model` is in, where that is not this stack's own bucket; its key policy must let this account's
   * IAM policies decide.
   * Allowed: the ARN of a KMS key.
   * @example `arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`
   */
  readonly modelKmsKeyArn?: string | undefined;
  /**
   * SageMaker instance type; in prod with local disks if the endpoint's has them, else without. Defaults to the endpoint's.
   * Allowed: a SageMaker instance type for endpoints, so none of ml.t3.
   * @example `ml.m5.large`
   */
  readonly instanceType?: string | undefined;
  /**
   * Number of instances, which scaling does not change.
   * Allowed: a whole number from 1 to 100.
   * @default 1
   * @example `1`
   */
  readonly instanceCount?: number | undefined;
  /**
   * Share of the requests that the shadow gets a copy of.
   * Allowed: a whole number from 1 to 100.
   * @default 10
   * @example `10`
   */
  readonly percentage?: number | undefined;
}

/**
 * Adds and removes instances to stay near a target, or in steps. Without it, their number is fixed.
 * @example `{"minInstances": 1, "maxInstances": 4}`
 */
export interface EndpointScalingSettings {
  /**
   * Minimum number of instances; 0 only with serving.mode async. With a schedule: until the first of its times.
   * Allowed: a whole number from 0 to 100.
   * @default 1
   * @example `1`
   */
  readonly minInstances?: number | undefined;
  /**
   * Maximum number of instances. With a schedule: until the first of its times, whose bounds then stay until the next.
   * Allowed: a whole number from 1 to 100.
   * @example `4`
   */
  readonly maxInstances: number;
  /**
   * Invocations a minute and instance that a realtime endpoint aims at. Defaults to 600.
   * Allowed: a whole number from 1 to 1000000.
   * @example `600`
   */
  readonly invocationsPerInstance?: number | undefined;
  /**
   * Simultaneous requests to each instance that a realtime endpoint aims at, instead of invocations a minute; looked at every ten
   * seconds, so that new instances start sooner.
   * Allowed: a whole number from 1 to 10000.
   * @example `20`
   */
  readonly concurrentRequestsPerInstance?: number | undefined;
  /**
   * Waiting requests for each instance that an async endpoint aims at. Defaults to 5.
   * Allowed: a whole number from 1 to 1000000.
   * @example `5`
   */
  readonly backlogPerInstance?: number | undefined;
  /**
   * Adds and removes instances in steps. Omit to stay near a target.
   * @example `{"metric": "latency", "scaleOut": [{"from": 500, "add": 1}], "scaleIn": [{"upTo": 100, "remove": 1}]}`
   */
  readonly steps?: EndpointScalingStepsSettings | undefined;
  /**
   * Other bounds at certain times.
   * Allowed: a list of times with bounds.
   * @example `[{"when": "cron(0 7 ? * MON-FRI *)", "minInstances": 2, "maxInstances": 8}]`
   */
  readonly schedule?: readonly EndpointScalingScheduleItemSettings[] | undefined;
  /**
   * Seconds to wait after capacity was removed.
   * Allowed: a whole number from 0 to 3600.
   * @default 300
   * @example `300`
   */
  readonly scaleInCooldown?: number | undefined;
  /**
   * Seconds to wait after capacity was added.
   * Allowed: a whole number from 0 to 3600.
   * @default 60
   * @example `60`
   */
  readonly scaleOutCooldown?: number | undefined;
}

/**
 * Adds and removes instances in steps. Omit to stay near a target.
 * @example `{"metric": "latency", "scaleOut": [{"from": 500, "add": 1}], "scaleIn": [{"upTo": 100, "remove": 1}]}`
 */
export interface EndpointScalingStepsSettings {
  /**
   * What is looked at every minute: invocations (invocations a minute and instance), concurrency (simultaneous requests to each
   * instance), backlog (waiting requests for each instance), latency (milliseconds in the model), cpu (percent of one processor
   * core), gpu (percent of one GPU).
   * @example `latency`
   */
  readonly metric: "invocations" | "concurrency" | "backlog" | "latency" | "cpu" | "gpu";
  /**
   * How the values of a minute become one; invocations are always added up.
   * @default "average"
   * @example `maximum`
   */
  readonly aggregation?: "average" | "minimum" | "maximum" | undefined;
  /**
   * What add and remove count: instances, or percent of those there are.
   * @default "instances"
   * @example `percent`
   */
  readonly unit?: "instances" | "percent" | undefined;
  /**
   * Steps of growing load, the lowest first: at that load the alarm goes off.
   * Allowed: a list of 1 to 20 steps.
   * @example `[{"from":600,"add":1},{"from":1200,"add":3}]`
   */
  readonly scaleOut: readonly EndpointScalingStepsScaleOutItemSettings[];
  /**
   * Steps of shrinking load, the highest first: at that load the alarm goes off.
   * Allowed: a list of 1 to 20 steps.
   * @example `[{"upTo":200,"remove":1},{"upTo":50,"remove":2}]`
   */
  readonly scaleIn: readonly EndpointScalingStepsScaleInItemSettings[];
}

/**
 * @example `{"from":600,"add":1}`
 */
export interface EndpointScalingStepsScaleOutItemSettings {
  /**
   * Value of the metric that this step begins at.
   * Allowed: a number from 0.
   * @example `600`
   */
  readonly from: number;
  /**
   * How many are added.
   * Allowed: a whole number from 1 to 100.
   * @example `1`
   */
  readonly add: number;
}

/**
 * @example `{"upTo":200,"remove":1}`
 */
export interface EndpointScalingStepsScaleInItemSettings {
  /**
   * Value of the metric that this step begins at, downwards.
   * Allowed: a number from 0.
   * @example `200`
   */
  readonly upTo: number;
  /**
   * How many are removed.
   * Allowed: a whole number from 1 to 100.
   * @example `1`
   */
  readonly remove: number;
}

/**
 * @example `{"when": "cron(0 7 ? * MON-FRI *)", "minInstances": 2, "maxInstances": 8}`
 */
export interface EndpointScalingScheduleItemSettings {
  /**
   * When the bounds change.
   * Allowed: cron(minute hour day month weekday year), rate(…) or at(…) of Application Auto Scaling.
   * @example `cron(0 7 ? * MON-FRI *)`
   */
  readonly when: string;
  /**
   * Time zone of `when`.
   * Allowed: a name of the time zone database.
   * @default "UTC"
   * @example `Europe/Berlin`
   */
  readonly timezone?: string | undefined;
  /**
   * Minimum number of instances from then on.
   * Allowed: a whole number from 0 to 100.
   * @example `2`
   */
  readonly minInstances: number;
  /**
   * Maximum number of instances from then on.
   * Allowed: a whole number from 1 to 100.
   * @example `8`
   */
  readonly maxInstances: number;
}

/**
 * Once the new instances are healthy, all requests go to them.
 */
export interface EndpointRolloutAllAtOnceSettings {
  readonly strategy: "all-at-once";
  /**
   * Seconds to watch the alarms after each step.
   * Allowed: a whole number from 0 to 3600.
   * @default 300
   * @example `300`
   */
  readonly waitSeconds?: number | undefined;
  /**
   * Seconds after which the update is given up and rolled back. Pulumi's AWS provider waits an hour at most: where an update
   * takes longer, `pulumi up` fails meanwhile; run it again, and it says how the update ended.
   * Allowed: a whole number from 600 to 14400.
   * @default 3600
   * @example `3600`
   */
  readonly maximumSeconds?: number | undefined;
}

/**
 * First a share of the requests, then all.
 */
export interface EndpointRolloutCanarySettings {
  readonly strategy: "canary";
  /**
   * Share of the capacity that the first requests go to.
   * Allowed: a whole number from 1 to 50.
   * @default 10
   * @example `25`
   */
  readonly percentage?: number | undefined;
  /**
   * Seconds to watch the alarms after each step.
   * Allowed: a whole number from 0 to 3600.
   * @default 300
   * @example `300`
   */
  readonly waitSeconds?: number | undefined;
  /**
   * Seconds after which the update is given up and rolled back. Pulumi's AWS provider waits an hour at most: where an update
   * takes longer, `pulumi up` fails meanwhile; run it again, and it says how the update ended.
   * Allowed: a whole number from 600 to 14400.
   * @default 3600
   * @example `3600`
   */
  readonly maximumSeconds?: number | undefined;
}

/**
 * In equal steps, on a second set of instances.
 */
export interface EndpointRolloutLinearSettings {
  readonly strategy: "linear";
  /**
   * Share of the capacity that each step moves.
   * Allowed: a whole number from 10 to 50.
   * @default 25
   * @example `25`
   */
  readonly percentage?: number | undefined;
  /**
   * Seconds to watch the alarms after each step.
   * Allowed: a whole number from 0 to 3600.
   * @default 300
   * @example `300`
   */
  readonly waitSeconds?: number | undefined;
  /**
   * Seconds after which the update is given up and rolled back. Pulumi's AWS provider waits an hour at most: where an update
   * takes longer, `pulumi up` fails meanwhile; run it again, and it says how the update ended.
   * Allowed: a whole number from 600 to 14400.
   * @default 3600
   * @example `3600`
   */
  readonly maximumSeconds?: number | undefined;
}

/**
 * In equal steps, without a second set of instances.
 */
export interface EndpointRolloutRollingSettings {
  readonly strategy: "rolling";
  /**
   * Share of the instances that each step replaces.
   * Allowed: a whole number from 5 to 50.
   * @default 25
   * @example `25`
   */
  readonly percentage?: number | undefined;
  /**
   * Seconds to watch the alarms after each step.
   * Allowed: a whole number from 0 to 3600.
   * @default 300
   * @example `300`
   */
  readonly waitSeconds?: number | undefined;
  /**
   * Seconds after which the update is given up and rolled back. Pulumi's AWS provider waits an hour at most: where an update
   * takes longer, `pulumi up` fails meanwhile; run it again, and it says how the update ended.
   * Allowed: a whole number from 600 to 14400.
   * @default 3600
   * @example `3600`
   */
  readonly maximumSeconds?: number | undefined;
}

/**
 * Records requests and answers below capture/ in the data bucket. Omit to record nothing.
 * @example `{"percentage": 10}`
 */
export interface EndpointCaptureSettings {
  /**
   * Share of the requests to record.
   * Allowed: a whole number from 1 to 100.
   * @default 10
   * @example `10`
   */
  readonly percentage?: number | undefined;
}

/**
 * The Lambda function in front of the endpoint. Omit for none.
 * @example `{"memory": 512, "timeout": 30}`
 */
export interface EndpointFunctionSettings {
  /**
   * Memory in MB; processor time grows with it.
   * Allowed: a whole number from 128 to 10240.
   * @default 512
   * @example `512`
   */
  readonly memory?: number | undefined;
  /**
   * Seconds after which an invocation times out.
   * Allowed: a whole number from 1 to 900.
   * @default 30
   * @example `30`
   */
  readonly timeout?: number | undefined;
  /**
   * Maximum number of concurrent invocations, reserved from the account's limit. Omit to share that limit.
   * Allowed: a whole number from 0 to 10000.
   * @example `5`
   */
  readonly reservedConcurrency?: number | undefined;
  /**
   * Number of environments kept warm, paid by the hour. Omit for none.
   * Allowed: a whole number from 1 to 10000.
   * @example `2`
   */
  readonly provisionedConcurrency?: number | undefined;
  /**
   * Keeps more environments warm while they are busy, and never fewer than provisionedConcurrency. Omit to keep a fixed number.
   * @example `{"maxConcurrency": 20}`
   */
  readonly scaling?: EndpointFunctionScalingSettings | undefined;
  /**
   * Keeps asynchronous calls that failed for good in an encrypted queue, called as the function with -failed at its end; direct
   * calls then fail on 429 and 5xx instead of answering. Omit to lose failed calls.
   * @example `{"retries": 2, "retentionDays": 14}`
   */
  readonly deadLetters?: EndpointFunctionDeadLettersSettings | undefined;
  /**
   * Days that log lines are kept.
   * @default 30
   * @example `30`
   */
  readonly logRetentionDays?: 7 | 14 | 30 | 60 | 90 | 120 | 150 | 180 | 365 | 400 | 545 | 731 | 1096 | 1827 | 2192 | 2557 | 2922
    | 3288 | 3653 | undefined;
  /**
   * Whether X-Ray records where the time goes.
   * Allowed: true or false.
   * @default false
   * @example `true`
   */
  readonly tracing?: boolean | undefined;
  /**
   * How the function is reached.
   * @example `{"type": "url"}`
   */
  readonly access?: EndpointFunctionAccessUrlSettings | EndpointFunctionAccessApiSettings | EndpointFunctionAccessNoneSettings |
    undefined;
  /**
   * Your own role. Omit to create one with exactly the permissions needed.
   * @example `{"existing": "team-sagemaker"}`
   */
  readonly role?: EndpointFunctionRoleSettings | undefined;
}

/**
 * Keeps more environments warm while they are busy, and never fewer than provisionedConcurrency. Omit to keep a fixed number.
 * @example `{"maxConcurrency": 20}`
 */
export interface EndpointFunctionScalingSettings {
  /**
   * Maximum number of environments kept warm.
   * Allowed: a whole number from 1 to 10000.
   * @example `20`
   */
  readonly maxConcurrency: number;
  /**
   * Share of the warm environments that scaling keeps busy.
   * Allowed: a whole number from 10 to 90.
   * @default 70
   * @example `70`
   */
  readonly utilizationPercent?: number | undefined;
  /**
   * Other bounds at certain times.
   * Allowed: a list of times with bounds.
   * @example `[{"when": "cron(0 7 ? * MON-FRI *)", "minConcurrency": 20, "maxConcurrency": 50}]`
   */
  readonly schedule?: readonly EndpointFunctionScalingScheduleItemSettings[] | undefined;
  /**
   * Seconds to wait after capacity was removed.
   * Allowed: a whole number from 0 to 3600.
   * @default 300
   * @example `300`
   */
  readonly scaleInCooldown?: number | undefined;
  /**
   * Seconds to wait after capacity was added.
   * Allowed: a whole number from 0 to 3600.
   * @default 60
   * @example `60`
   */
  readonly scaleOutCooldown?: number | undefined;
}

/**
 * @example `{"when": "cron(0 7 ? * MON-FRI *)", "minConcurrency": 20, "maxConcurrency": 50}`
 */
export interface EndpointFunctionScalingScheduleItemSettings {
  /**
   * When the bounds change.
   * Allowed: cron(minute hour day month weekday year), rate(…) or at(…) of Application Auto Scaling.
   * @example `cron(0 7 ? * MON-FRI *)`
   */
  readonly when: string;
  /**
   * Time zone of `when`.
   * Allowed: a name of the time zone database.
   * @default "UTC"
   * @example `Europe/Berlin`
   */
  readonly timezone?: string | undefined;
  /**
   * Minimum number of environments kept warm from then on.
   * Allowed: a whole number from 0 to 10000.
   * @example `20`
   */
  readonly minConcurrency: number;
  /**
   * Maximum number of environments kept warm from then on.
   * Allowed: a whole number from 1 to 10000.
   * @example `50`
   */
  readonly maxConcurrency: number;
}

/**
 * Keeps asynchronous calls that failed for good in an encrypted queue, called as the function with -failed at its end; direct
 * calls then fail on 429 and 5xx instead of answering. Omit to lose failed calls.
 * @example `{"retries": 2, "retentionDays": 14}`
 */
export interface EndpointFunctionDeadLettersSettings {
  /**
   * Further attempts after one that failed.
   * Allowed: a whole number from 0 to 2.
   * @default 2
   * @example `2`
   */
  readonly retries?: number | undefined;
  /**
   * Seconds after which a call that is still waiting is given up.
   * Allowed: a whole number from 60 to 21600.
   * @default 21600
   * @example `3600`
   */
  readonly maximumAgeSeconds?: number | undefined;
  /**
   * Days that a failed call is kept.
   * Allowed: a whole number from 1 to 14.
   * @default 14
   * @example `14`
   */
  readonly retentionDays?: number | undefined;
}

/**
 * A function URL that admits callers by their AWS identity.
 */
export interface EndpointFunctionAccessUrlSettings {
  readonly type: "url";
}

/**
 * An HTTP API with throttling that admits callers by their AWS identity; answers within 30 seconds.
 */
export interface EndpointFunctionAccessApiSettings {
  readonly type: "api";
  /**
   * Requests a second that are let through.
   * Allowed: a whole number from 1 to 10000.
   * @default 20
   * @example `20`
   */
  readonly ratePerSecond?: number | undefined;
  /**
   * Requests that may come at the same moment.
   * Allowed: a whole number from 1 to 5000.
   * @default 40
   * @example `40`
   */
  readonly burst?: number | undefined;
}

/**
 * No address: callers invoke the alias.
 */
export interface EndpointFunctionAccessNoneSettings {
  readonly type: "none";
}

/**
 * Your own role. Omit to create one with exactly the permissions needed.
 * @example `{"existing": "team-sagemaker"}`
 */
export interface EndpointFunctionRoleSettings {
  /**
   * IAM role to use as it is instead of creating one; the stack output permissionsToGrant lists what it must allow.
   * Allowed: the name of a role of this account, without its path.
   * @example `team-sagemaker`
   */
  readonly existing: string;
  /**
   * Whether the stack adds those permissions to the role, and removes them again.
   * Allowed: true or false.
   * @default false
   * @example `true`
   */
  readonly attach?: boolean | undefined;
}

/**
 * The data bucket.
 * @example `{"oldVersionsDays": 30}`
 */
export interface DataSettings {
  /**
   * KMS key that encrypts the bucket, disks and recordings; its key policy must let IAM policies of this account decide. Defaults
   * to keys that S3 manages.
   * Allowed: the ARN of a KMS key.
   * @example `arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`
   */
  readonly kmsKeyArn?: string | undefined;
  /**
   * Whether the stack creates its own KMS key for the bucket, disks and recordings, at about 1 USD a month; prod keeps it.
   * Defaults to false.
   * Allowed: true or false.
   * @example `true`
   */
  readonly ownKey?: boolean | undefined;
  /**
   * Bucket to use as it is instead of creating one: its encryption, policy and retention stay yours. Omit to create one.
   * Allowed: the name of a bucket of this account.
   * @example `team-dog-photos`
   */
  readonly existing?: string | undefined;
  /**
   * Bucket that S3 writes this one's access log to. Omit for no log; in prod a log that is on stays on until you turn it off by
   * hand (docs/teardown.md).
   * Allowed: the name of a bucket in the same region that S3's log delivery may write to.
   * @example `team-access-logs`
   */
  readonly accessLogs?: string | undefined;
  /**
   * Days that overwritten and deleted objects can be brought back.
   * Allowed: a whole number from 1 to 3650.
   * @default 30
   * @example `30`
   */
  readonly oldVersionsDays?: number | undefined;
  /**
   * Days that objects under capture/, async/ and batch/ are kept.
   * Allowed: a whole number from 1 to 3650.
   * @default 90
   * @example `90`
   */
  readonly captureDays?: number | undefined;
  /**
   * Days that objects under cache/ are kept.
   * Allowed: a whole number from 1 to 3650.
   * @default 30
   * @example `30`
   */
  readonly cacheDays?: number | undefined;
}

/**
 * Alarms and a dashboard. Omit for none.
 * @example `{"emails": ["team@example.com"]}`
 */
export interface MonitoringSettings {
  /**
   * E-mail addresses that alarms are sent to; each must confirm the first mail.
   * Allowed: a list of at most 10 e-mail addresses.
   * @example `["team@example.com"]`
   */
  readonly emails?: readonly string[] | undefined;
  /**
   * HTTPS endpoints that are told of alarms, such as an incident tool's SNS integration; set them with --secret, because whoever
   * knows the address can raise alarms.
   * Allowed: a list of at most 5 https addresses.
   * @example `["https://events.example.com/integration/0123456789abcdef/enqueue"]`
   */
  readonly webhooks?: readonly string[] | undefined;
  /**
   * A model that takes longer for one request in a hundred raises an alarm.
   * Allowed: a whole number from 10 to 60000.
   * @default 2000
   * @example `2000`
   */
  readonly latencyMilliseconds?: number | undefined;
  /**
   * Share of failed requests (5xx) that raises an alarm.
   * Allowed: a whole number from 1 to 100.
   * @default 5
   * @example `5`
   */
  readonly serverErrorPercent?: number | undefined;
  /**
   * Share of refused requests (4xx) that raises an alarm.
   * Allowed: a whole number from 1 to 100.
   * @default 25
   * @example `25`
   */
  readonly clientErrorPercent?: number | undefined;
}

/**
 * Mails at 80 % of the month's budget and when it is forecast to be exceeded. Omit for none.
 * @example `{"monthlyDollars": 100, "emails": ["team@example.com"]}`
 */
export interface BudgetSettings {
  /**
   * US dollars a month that the stack may cost.
   * Allowed: a whole number from 1 to 1000000.
   * @example `100`
   */
  readonly monthlyDollars: number;
  /**
   * E-mail addresses that are told; each must confirm the first mail.
   * Allowed: a list of 1 to 10 e-mail addresses.
   * @example `["team@example.com"]`
   */
  readonly emails: readonly string[];
}
