import type { StackConfig } from "../../infra/config";
import type { RecordedResource } from "../../infra/offline/recorder";
import { allow, endpointPattern, type KnownStatement, type Place, when } from "./place";
import { byTag, ec2Statements, ec2Types, keyManagement, keyUse } from "./tagged";

/** What of a stack its resources do not say. */
export interface StackFacts {
  readonly place: Place;
  readonly config: StackConfig;
  /** Name of the data bucket. */
  readonly bucket: string;
}

const keyType = "aws:kms/key:Key";
const aliasType = "aws:kms/alias:Alias";

/** Types that have statements of their own here. */
export const specialTypes: ReadonlySet<string> = new Set([
  ...ec2Types,
  keyType,
  aliasType,
  "aws:appautoscaling/target:Target",
  "aws:appautoscaling/policy:Policy",
  "aws:appautoscaling/scheduledAction:ScheduledAction",
]);

/** What needs more than actions on a name: passing roles, keys, EC2, and what exists already. */
export function specialStatements(
  resources: readonly RecordedResource[],
  facts: StackFacts,
): KnownStatement[] {
  const types = new Set(resources.map(({ type }) => type));
  return [
    ...roleStatements(resources, facts),
    ...existingStatements(facts),
    ...kmsStatements(resources, facts),
    ...scalingStatements(resources, facts),
    ...when(types.has("aws:apigatewayv2/stage:Stage"), apiLogStatement),
    ...when(
      [...types].some((type) => ec2Types.has(type)),
      ...ec2Statements(types, facts.place),
    ),
  ];
}

/** Source: API Gateway developer guide, "Configure logging for HTTP APIs"; none of the actions knows a resource. */
const apiLogStatement = allow(
  "DeliverApiLogs",
  "logs",
  "CreateLogDelivery DeleteLogDelivery DescribeResourcePolicies GetLogDelivery ListLogDeliveries PutResourcePolicy UpdateLogDelivery",
  "*",
);

/** Services with roles of their own in the account, which the first of their resources creates. */
const linkedRoles: Readonly<Record<string, (resource: RecordedResource) => string[]>> = {
  "aws:appautoscaling/target:Target": ({ inputs }) => [
    `${String(inputs["serviceNamespace"])}.application-autoscaling.amazonaws.com`,
  ],
  "aws:apigatewayv2/api:Api": () => ["ops.apigateway.amazonaws.com"],
  "aws:autoscaling/group:Group": () => ["autoscaling.amazonaws.com", "spot.amazonaws.com"],
};

function roleStatements(
  resources: readonly RecordedResource[],
  { place }: StackFacts,
): KnownStatement[] {
  const { partition, account, rolePath, existingRoles } = place;
  const roleArn = (role: string) => `arn:${partition}:iam::${account}:role${role}`;
  const existing = existingRoles.flatMap((name) => [`/${name}`, `/*/${name}`]).map(roleArn);
  const services = new Set(
    resources
      .filter(({ type }) => type === "aws:iam/role:Role")
      .flatMap(
        ({ inputs }) =>
          JSON.stringify(inputs["assumeRolePolicy"]).match(/[a-z0-9]+\.amazonaws\.com/g) ?? [],
      ),
  );
  const anyService = ["ec2.amazonaws.com", "lambda.amazonaws.com", "sagemaker.amazonaws.com"];
  const linked = [
    ...new Set(resources.flatMap((each) => linkedRoles[each.type]?.(each) ?? [])),
  ].sort();
  const pass = (sid: string, arns: readonly string[], to: readonly string[]) =>
    allow(sid, "iam", "PassRole", arns, { StringEquals: { "iam:PassedToService": to } });
  return [
    ...when(
      services.size > 0,
      pass("PassStackRoles", [roleArn(`${rolePath}*`)], [...services].sort()),
    ),
    ...when(
      existing.length > 0,
      pass("PassExistingRoles", existing, anyService),
      allow("ReadExistingRoles", "iam", "GetRole", existing),
    ),
    ...when(
      linked.length > 0,
      allow(
        "CreateServiceLinkedRoles",
        "iam",
        "CreateServiceLinkedRole",
        linked.map((service) => roleArn(`/aws-service-role/${service}/*`)),
        { StringEquals: { "iam:AWSServiceName": linked } },
      ),
    ),
  ];
}

/**
 * Scaling of endpoints and functions, and the alarms that belong to it.
 *
 * Source: Application Auto Scaling user guide, "Identity-based policy examples".
 */
function scalingStatements(
  resources: readonly RecordedResource[],
  { place }: StackFacts,
): KnownStatement[] {
  const targets = resources.filter(({ type }) => type === "aws:appautoscaling/target:Target");
  if (targets.length === 0) {
    return [];
  }
  const { partition, region, account } = place;
  const { asked, has } = byTag(place);
  const service = "application-autoscaling";
  const anyTarget = [`arn:${partition}:${service}:${region}:${account}:scalable-target/*`];
  const textsOf = (property: string) =>
    [...new Set(targets.map(({ inputs }) => String(inputs[property])))].sort();
  const alarms = textsOf("resourceId").map((id) =>
    id.replace(/(?<=^endpoint\/)[^/]+/, endpointPattern),
  );
  return [
    // A target's id is not known beforehand.
    allow(
      "Scale",
      service,
      "DeleteScalingPolicy DeleteScheduledAction DeregisterScalableTarget PutScalingPolicy PutScheduledAction RegisterScalableTarget",
      anyTarget,
      { StringEquals: { [`${service}:service-namespace`]: textsOf("serviceNamespace") } },
    ),
    allow("TagScaling", service, "TagResource", anyTarget, asked),
    allow("UntagScaling", service, "UntagResource", anyTarget, has),
    allow("ReadScalingTags", service, "ListTagsForResource", anyTarget),
    allow(
      "ReadScaling",
      service,
      "DescribeScalableTargets DescribeScalingPolicies DescribeScheduledActions",
      "*",
    ),
    allow(
      "ScalingAlarms",
      "cloudwatch",
      "DeleteAlarms DescribeAlarms PutMetricAlarm",
      alarms.map(
        (id) => `arn:${partition}:cloudwatch:${region}:${account}:alarm:TargetTracking-${id}-*`,
      ),
    ),
  ];
}

function existingStatements({ place, config }: StackFacts): KnownStatement[] {
  const { partition, region, account } = place;
  const endpoints = Object.values(config.endpoints).flatMap(({ existing }) => existing ?? []);
  const { existing } = config.data;
  return [
    ...when(
      existing !== undefined,
      allow("ReadExistingBucket", "s3", "GetBucketLocation ListBucket", [
        `arn:${partition}:s3:::${existing}`,
      ]),
    ),
    ...when(
      endpoints.length > 0,
      allow(
        "ReadExistingEndpoints",
        "sagemaker",
        "DescribeEndpoint ListTags",
        endpoints.map((name) => `arn:${partition}:sagemaker:${region}:${account}:endpoint/${name}`),
      ),
      // Their configurations have names that their owners choose.
      allow("ReadExistingConfigurations", "sagemaker", "DescribeEndpointConfig ListTags", [
        `arn:${partition}:sagemaker:${region}:${account}:endpoint-config/*`,
      ]),
    ),
  ];
}

function kmsStatements(
  resources: readonly RecordedResource[],
  { place, config, bucket }: StackFacts,
): KnownStatement[] {
  const { ownKey = false, kmsKeyArn } = config.data;
  if (!ownKey && kmsKeyArn === undefined) {
    return [];
  }
  const { partition, region, account } = place;
  const arnOf = (name: string): string => `arn:${partition}:kms:${region}:${account}:${name}`;
  const aliases = resources
    .filter(({ type }) => type === aliasType)
    .map(({ inputs }) => arnOf(String(inputs["name"])));
  const isKept = resources.some(({ type, options }) => type === keyType && options.retainOnDelete);
  const keys = [arnOf("key/*")];
  return [
    ...keyUse(kmsKeyArn === undefined ? keys : [kmsKeyArn], bucket, place),
    ...when(ownKey, ...keyManagement(keys, aliases, isKept, place)),
  ];
}
