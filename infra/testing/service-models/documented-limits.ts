/** A limit that AWS states in its documentation only, not in its service models. */
export interface DocumentedLimit {
  readonly allows: (value: unknown) => boolean;
  /** The rule as the end of a sentence about the value. */
  readonly says: string;
}

function matching(pattern: RegExp, says: string): DocumentedLimit {
  return { allows: (value) => typeof value !== "string" || pattern.test(value), says };
}

function among(values: readonly unknown[]): DocumentedLimit {
  return { allows: (value) => values.includes(value), says: `not one of ${values.join(", ")}` };
}

function between(least: number, most: number): DocumentedLimit {
  return {
    // A value of another type breaks another rule.
    allows: (value) => typeof value !== "number" || (value >= least && value <= most),
    says: `out of range: ${least} to ${most} is allowed`,
  };
}

/** A part of an endpoint's capacity; counts of instances are not limited here. */
function capacityPercent(least: number, most: number): DocumentedLimit {
  return {
    allows: (value) => {
      const { Type, Value } = value as { Type?: unknown; Value?: unknown };
      return Type !== "CAPACITY_PERCENT" || between(least, most).allows(Value);
    },
    says: `out of range: ${least} to ${most} percent is allowed`,
  };
}

function textAtMost(
  most: number,
  unit: string,
  measure: (text: string) => number,
): DocumentedLimit {
  return {
    allows: (value) => typeof value !== "string" || measure(value) <= most,
    says: `too long: at most ${most} ${unit} are allowed`,
  };
}

const withoutSpaces = (text: string): number => text.replace(/\s/g, "").length;
const securityGroupText = matching(
  /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/,
  "not made of at most 255 letters, digits, spaces or ._-:/()#,@[]+=&;{}!$*",
);
const metricPeriod: DocumentedLimit = {
  allows: (value) => [10, 20, 30].includes(value as number) || (value as number) % 60 === 0,
  says: "not 10, 20, 30 or a multiple of 60 seconds",
};

/** CloudWatch Logs' list for PutRetentionPolicy. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/**
 * Limits by service and by `Structure.Member`.
 *
 * Source: the members' documentation in the same service models, and where they say nothing the services' user guides: S3
 * (object tags, bucket names), IAM (quotas of policies), Lambda (quotas), EC2 (user data).
 */
export const documentedLimits: Readonly<Record<string, Readonly<Record<string, DocumentedLimit>>>> =
  {
    "application-autoscaling": {
      "PutScheduledActionRequest.Schedule": matching(
        /^(at|rate|cron)\(.+\)$/,
        "not at(…), rate(…) or cron(…)",
      ),
    },
    cloudwatch: {
      "MetricDataQuery.Id": matching(
        /^[a-z][a-zA-Z0-9_]*$/,
        "not a lower-case letter with letters, digits and underscores after it",
      ),
      "MetricStat.Period": metricPeriod,
      "PutDashboardInput.DashboardName": matching(
        /^[A-Za-z0-9_-]{1,255}$/,
        "not made of 1 to 255 letters, digits, hyphens or underscores",
      ),
      "PutMetricAlarmInput.Period": metricPeriod,
      "PutMetricAlarmInput.TreatMissingData": among([
        "breaching",
        "notBreaching",
        "ignore",
        "missing",
      ]),
    },
    ec2: {
      "CreateSecurityGroupRequest.Description": securityGroupText,
      "CreateSecurityGroupRequest.GroupName": securityGroupText,
      "InstanceMetadataOptionsRequest.HttpPutResponseHopLimit": between(1, 64),
      "IpRange.Description": securityGroupText,
      "Ipv6Range.Description": securityGroupText,
      "RunInstancesRequest.UserData": textAtMost(16_384, "bytes", (text) =>
        Buffer.byteLength(text),
      ),
    },
    iam: {
      "CreateRoleRequest.AssumeRolePolicyDocument": textAtMost(2048, "characters", withoutSpaces),
      "PutRolePolicyRequest.PolicyDocument": textAtMost(10_240, "characters", withoutSpaces),
    },
    lambda: {
      "CreateFunctionRequest.FunctionName": matching(/^.{1,64}$/, "not 1 to 64 characters long"),
      "CreateFunctionRequest.MemorySize": between(128, 10_240),
      "CreateFunctionRequest.Timeout": between(1, 900),
    },
    logs: { "PutRetentionPolicyRequest.retentionInDays": among(retentionDays) },
    s3: {
      "CreateBucketRequest.Bucket": matching(
        /^(?=.{3,63}$)[a-z0-9][a-z0-9.-]*[a-z0-9]$/,
        "not made of 3 to 63 lower-case letters, digits, dots and hyphens",
      ),
      "PutObjectRequest.Tagging": {
        allows: (value) => [...new URLSearchParams(String(value))].length <= 10,
        says: "too many: an object has at most 10 tags",
      },
    },
    sagemaker: {
      "RollingUpdatePolicy.MaximumBatchSize": capacityPercent(5, 50),
      "StoppingCondition.MaxRuntimeInSeconds": between(1, 28 * 24 * 3600),
      "TrafficRoutingConfig.CanarySize": capacityPercent(1, 50),
      "TrafficRoutingConfig.LinearStepSize": capacityPercent(10, 50),
      "ProductionVariantServerlessConfig.MemorySizeInMB": among([
        1024, 2048, 3072, 4096, 5120, 6144,
      ]),
    },
    sns: {
      "CreateTopicInput.Name": matching(
        /^[A-Za-z0-9_-]{1,256}$/,
        "not made of 1 to 256 letters, digits, hyphens or underscores",
      ),
    },
    sqs: {
      "CreateQueueRequest.QueueName": matching(
        /^[A-Za-z0-9_-]{1,80}$/,
        "not made of 1 to 80 letters, digits, hyphens or underscores",
      ),
    },
  };
