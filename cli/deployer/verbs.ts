import { stackName, trainerLogGroupName } from "../../infra/names";
import { prefixes } from "../../infra/prefixes";
import type { RecordedResource } from "../../infra/offline/recorder";
import { jobNameStem } from "../jobs/job-requests";
import { endpointPattern, type KnownStatement } from "./place";
import type { StackFacts } from "./special";
import { keyUse } from "./tagged";

/**
 * What the actions of a verb are about: kinds of things by their ARNs, or `anything` where IAM knows no narrower resource, or
 * all of an account is looked at.
 */
const PLACES = {
  anything: () => ["*"],
  endpoints: ({ endpoints, arn }) => endpoints.map((name) => arn("sagemaker", `endpoint/${name}`)),
  configurations: ({ keys, arn }) =>
    keys.map((key) => arn("sagemaker", `endpoint-config/${key}-*`)),
  models: ({ keys, arn }) => keys.map((key) => arn("sagemaker", `model/${key}-*`)),
  functions: ({ functions, arn }) =>
    functions.map((name) => arn("lambda", `function:${name}:live`)),
  ownTrainings: ({ trainings, arn }) =>
    trainings.map((name) => arn("sagemaker", `training-job/${name}-*`)),
  ownSearches: ({ searches, arn }) =>
    searches.map((name) => arn("sagemaker", `hyper-parameter-tuning-job/${name}-*`)),
  // Who has started a job, only its description tells.
  jobs: ({ arn }) =>
    ["training-job/*", "hyper-parameter-tuning-job/*"].map((each) => arn("sagemaker", each)),
  batchJobs: ({ arn }) => [arn("sagemaker", "transform-job/kennel-batch-*")],
  bucket: ({ bucketArn }) => [bucketArn],
  photos: ({ bucketArn }) => [`${bucketArn}/${prefixes.data}*`],
  modelArchives: ({ bucketArn }) => [`${bucketArn}/${prefixes.models}*`],
  asyncRequests: ({ bucketArn }) => [`${bucketArn}/${prefixes.asynchronous}*`],
  batches: ({ bucketArn }) => [`${bucketArn}/${prefixes.batch}*`],
  jobLogs: ({ arn }) => [arn("logs", "log-group:/aws/sagemaker/TrainingJobs:*")],
  servingLogs: ({ endpoints, functions, trainerLog, arn }) =>
    [
      ...endpoints.map((name) => `/aws/sagemaker/Endpoints/${name}`),
      ...functions.map((name) => `/aws/lambda/${name}`),
      trainerLog,
    ].map((group) => arn("logs", `log-group:${group}:*`)),
  alarms: ({ arn }) => [arn("cloudwatch", "alarm:*")],
  roles: ({ roles }) => roles,
  trainers: ({ arn }) => [arn("ec2", "instance/*")],
  shell: ({ partition, region }) => [`arn:${partition}:ssm:${region}::document/AWS-RunShellScript`],
  trainerGroups: ({ arn, trainerGroups }) => [
    arn("autoscaling", `autoScalingGroup:*:autoScalingGroupName/${trainerGroups}`),
  ],
  repositories: ({ arn, repositories }) =>
    repositories.map((name) => arn("ecr", `repository/${name}`)),
} satisfies Readonly<Record<string, (names: Names) => readonly string[]>>;

type PlaceName = keyof typeof PLACES;
/** Actions, separated by spaces, by what they are about. */
type Needs = Readonly<Partial<Record<PlaceName, string>>>;

const DESCRIBE_TRAINING = "sagemaker:DescribeTrainingJob";
const DESCRIBE_JOBS = `${DESCRIBE_TRAINING} sagemaker:DescribeHyperParameterTuningJob`;
const DESCRIBE_SEARCHES = `${DESCRIBE_JOBS} sagemaker:ListTrainingJobsForHyperParameterTuningJob`;
const READ_LOGS = "logs:DescribeLogStreams logs:FilterLogEvents";
const READ_ALARMS = { alarms: "cloudwatch:DescribeAlarms" } as const;
/** A promotion that fails is taken back as a rollback does it. */
const MOVE_BACK = {
  anything: "sagemaker:ListEndpointConfigs",
  endpoints: "sagemaker:DescribeEndpoint sagemaker:InvokeEndpoint sagemaker:UpdateEndpoint",
  configurations: "sagemaker:DescribeEndpointConfig sagemaker:UpdateEndpoint",
  models: "sagemaker:DescribeModel",
  servingLogs: READ_LOGS,
  ...READ_ALARMS,
} as const;

/**
 * The IAM actions that each verb needs beside reading the stack's state, which is Pulumi's; `promote` and `rollback` also
 * update the stack, as whoever deploys may.
 */
export const VERBS = {
  data: { bucket: "s3:ListBucket", photos: "s3:GetObject s3:PutObject" },
  train: {
    bucket: "s3:ListBucket",
    ownTrainings: "sagemaker:AddTags sagemaker:CreateTrainingJob",
    roles: "iam:PassRole",
    jobs: DESCRIBE_TRAINING,
    jobLogs: READ_LOGS,
  },
  "train --on ec2": {
    anything: "ec2:DescribeInstances ssm:DescribeInstanceInformation ssm:GetCommandInvocation",
    trainers: "ec2:StartInstances ssm:SendCommand",
    shell: "ssm:SendCommand",
    trainerGroups: "autoscaling:SetDesiredCapacity",
    servingLogs: READ_LOGS,
  },
  tune: {
    bucket: "s3:ListBucket",
    ownSearches: "sagemaker:AddTags sagemaker:CreateHyperParameterTuningJob",
    roles: "iam:PassRole",
    jobs: DESCRIBE_SEARCHES,
    jobLogs: READ_LOGS,
  },
  jobs: {
    anything: "sagemaker:ListTrainingJobs sagemaker:ListHyperParameterTuningJobs",
    jobs: DESCRIBE_SEARCHES,
    ownTrainings: "sagemaker:StopTrainingJob",
    ownSearches: "sagemaker:StopHyperParameterTuningJob",
    jobLogs: READ_LOGS,
  },
  logs: { jobs: DESCRIBE_JOBS, jobLogs: READ_LOGS, servingLogs: READ_LOGS },
  models: { bucket: "s3:ListBucket", modelArchives: "s3:GetObject" },
  promote: {
    ...MOVE_BACK,
    jobs: DESCRIBE_JOBS,
    bucket: "s3:ListBucket",
    modelArchives: "s3:GetObject s3:PutObject",
  },
  rollback: { ...MOVE_BACK, modelArchives: "s3:GetObject" },
  status: {
    anything: "sagemaker:ListTrainingJobs",
    endpoints: "sagemaker:DescribeEndpoint",
    ...READ_ALARMS,
  },
  invoke: {
    functions: "lambda:InvokeFunction",
    endpoints: "sagemaker:DescribeEndpoint sagemaker:InvokeEndpoint sagemaker:InvokeEndpointAsync",
    asyncRequests: "s3:GetObject s3:PutObject",
  },
  batch: {
    endpoints: "sagemaker:DescribeEndpoint",
    configurations: "sagemaker:DescribeEndpointConfig",
    batchJobs:
      "sagemaker:CreateTransformJob sagemaker:DescribeTransformJob sagemaker:StopTransformJob",
    bucket: "s3:ListBucket s3:GetEncryptionConfiguration",
    batches: "s3:GetObject s3:PutObject",
  },
  load: {
    functions: "lambda:InvokeFunction",
    endpoints: "sagemaker:DescribeEndpoint sagemaker:InvokeEndpoint",
  },
  audit: {
    anything:
      "cloudwatch:GetMetricData iam:GetAccessKeyLastUsed iam:GetAccountAuthorizationDetails iam:GetAccountSummary " +
      "iam:ListAccessKeys iam:ListPolicyTags iam:ListUsers lambda:ListFunctions s3:GetBucketAcl s3:GetBucketLocation " +
      "s3:GetBucketPolicy s3:GetBucketPublicAccessBlock s3:GetBucketTagging s3:ListAllMyBuckets sagemaker:DescribeEndpoint " +
      "sagemaker:ListEndpoints sagemaker:ListNotebookInstances sagemaker:ListTags",
  },
  "audit images": {
    anything:
      "sagemaker:DescribeModel sagemaker:DescribeTransformJob sagemaker:ListHyperParameterTuningJobs sagemaker:ListModels " +
      "sagemaker:ListTrainingJobs sagemaker:ListTransformJobs",
    jobs: DESCRIBE_JOBS,
    repositories: "ecr:BatchGetImage ecr:DescribeImages",
  },
  "cost prices": { anything: "pricing:GetProducts" },
  doctor: { anything: "lambda:GetAccountSettings servicequotas:ListServiceQuotas" },
} as const satisfies Readonly<Record<string, Needs>>;

/** A verb that asks AWS, such as `train --on ec2`. */
export type Verb = keyof typeof VERBS;

/** The actions of a verb, whatever they are about. */
export function actionsOfVerb(verb: Verb): string[] {
  return Object.values<string>(VERBS[verb]).flatMap((actions) => actions.split(" "));
}

/**
 * What whoever runs these verbs must be allowed, on what has the stack's names.
 *
 * @param resources as the program registers them
 */
export function verbStatements(
  verbs: readonly Verb[],
  resources: readonly RecordedResource[],
  facts: StackFacts,
): KnownStatement[] {
  const { place, config, bucket } = facts;
  const names = namesOf(resources, facts);
  const needs = verbs
    .filter((verb) => verb !== "train --on ec2" || config.trainer !== undefined)
    .map((verb): Needs => VERBS[verb]);
  const statements = (Object.keys(PLACES) as PlaceName[]).flatMap((about): KnownStatement[] => {
    const actions = needs.flatMap((each) => each[about]?.split(" ") ?? []);
    const on = PLACES[about](names);
    if (actions.length === 0 || on.length === 0) {
      return [];
    }
    return [
      {
        Sid: `On${about.charAt(0).toUpperCase()}${about.slice(1)}`,
        Effect: "Allow",
        Action: [...new Set(actions)].sort(),
        Resource: on[0] === "*" ? "*" : on,
        ...conditionOn(about, place.stackTag),
      },
    ];
  });
  const { ownKey = false, kmsKeyArn } = config.data;
  const key = kmsKeyArn ?? names.arn("kms", "key/*");
  const usesBucket = statements.some(({ Action }) => Action.includes("s3:PutObject"));
  return (ownKey || kmsKeyArn !== undefined) && usesBucket
    ? [...statements, ...keyUse([key], bucket, place)]
    : statements;
}

function conditionOn(about: PlaceName, stackTag: string): Pick<KnownStatement, "Condition"> {
  switch (about) {
    case "roles":
      return { Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } } };
    case "trainers":
      return { Condition: { StringEquals: { "aws:ResourceTag/Stack": stackTag } } };
    default:
      return {};
  }
}

type Names = ReturnType<typeof namesOf>;

/** Names of a stack's things in AWS. */
function namesOf(resources: readonly RecordedResource[], { place, config, bucket }: StackFacts) {
  const { partition, region, account, stackTag, rolePath, existingRoles } = place;
  const [project = "", stack = ""] = stackTag.split("/");
  const naming = { project, stack };
  const jobs = Object.keys(config.training);
  const inputsOf = (type: string, input: string): string[] =>
    resources.filter((each) => each.type === type).map(({ inputs }) => String(inputs[input]));
  const existing = Object.values(config.endpoints).flatMap((each) => each.existing ?? []);
  const served = inputsOf("aws:sagemaker/endpoint:Endpoint", "name");
  return {
    partition,
    region,
    arn: (service: string, resource: string) =>
      `arn:${partition}:${service}:${region}:${account}:${resource}`,
    bucketArn: `arn:${partition}:s3:::${bucket}`,
    keys: Object.keys(config.endpoints),
    endpoints: [...served.map(endpointPattern), ...existing],
    functions: inputsOf("aws:lambda/function:Function", "name"),
    repositories: inputsOf("aws:ecr/repository:Repository", "name"),
    // What they begin with.
    trainings: jobs.map((name) => jobNameStem(naming, name, "training")),
    searches: jobs.map((name) => jobNameStem(naming, name, "tuning")),
    trainerGroups: stackName(naming, "trainer-*"),
    trainerLog: trainerLogGroupName(naming),
    // Those that jobs run with.
    roles: [`${rolePath}*`, ...existingRoles.flatMap((name) => [`/${name}`, `/*/${name}`])].map(
      (role) => `arn:${partition}:iam::${account}:role${role}`,
    ),
  };
}
