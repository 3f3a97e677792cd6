import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deadLetterQueueName } from "../../names";
import type { AlarmThresholds } from "../../schema/monitoring";
import type { ScalingConfig } from "../../schema/scaling";
import type { ServingConfig } from "../../schema/serving";
import { variantName as ownVariantName } from "./endpoint-variant";

export interface EndpointAlarmsArgs {
  /** The endpoint's name; it need not exist yet. */
  readonly endpointName: string;
  /**
   * Its variant.
   * @default the one that `Endpoint` makes
   */
  readonly variantName?: pulumi.Input<string>;
  /** How it serves: not every metric exists for every way. */
  readonly serving: ServingConfig;
  /**
   * Its scaling.
   * @default none
   */
  readonly scaling?: ScalingConfig;
  /**
   * The function in front of it.
   * @default none
   */
  readonly functionName?: string;
  /**
   * Whether the function keeps calls that failed for good.
   * @default false
   */
  readonly keepsDeadLetters?: boolean;
  /** When alarms go off. */
  readonly thresholds: AlarmThresholds;
  /**
   * Where they are published.
   * @default nowhere
   */
  readonly topicArn?: pulumi.Input<string>;
}

type AlarmArgs = Omit<aws.cloudwatch.MetricAlarmArgs, "comparisonOperator" | "evaluationPeriods"> &
  Pick<Partial<aws.cloudwatch.MetricAlarmArgs>, "evaluationPeriods">;

/** Alarms on one endpoint and its function; those that speak against a new model can roll its rollout back. */
export class EndpointAlarms extends pulumi.ComponentResource {
  /** Names of the alarms that a new model can set off. */
  readonly rollbackAlarmNames: pulumi.Output<string>[];

  constructor(name: string, args: EndpointAlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:EndpointAlarms", name, {}, options);
    const actions = args.topicArn === undefined ? undefined : [args.topicArn];
    const create = ([suffix, alarm]: readonly [string, AlarmArgs]): aws.cloudwatch.MetricAlarm =>
      new aws.cloudwatch.MetricAlarm(
        `${name}-${suffix}`,
        {
          comparisonOperator: "GreaterThanThreshold",
          evaluationPeriods: 1,
          ...alarm,
          treatMissingData: "notBreaching",
          alarmActions: actions,
          okActions: actions,
        },
        { parent: this },
      );
    const { serverErrorPercent, clientErrorPercent } = args.thresholds;
    this.rollbackAlarmNames = [
      create(["latency", latencyAlarm(args)]),
      create(["5xx", errorAlarm(args, "5XX", serverErrorPercent)]),
    ].map((alarm) => alarm.name);
    create(["4xx", errorAlarm(args, "4XX", clientErrorPercent)]);
    [...endpointAlarms(args), ...functionAlarms(args)].forEach(create);
    this.registerOutputs({ rollbackAlarmNames: this.rollbackAlarmNames });
  }
}

function dimensions({
  endpointName,
  variantName = ownVariantName,
}: EndpointAlarmsArgs): Record<string, pulumi.Input<string>> {
  return { EndpointName: endpointName, VariantName: variantName };
}

/** Three bad minutes of five. */
const lasting = { evaluationPeriods: 5, datapointsToAlarm: 3 } as const;

function latencyAlarm(args: EndpointAlarmsArgs): AlarmArgs {
  const { endpointName, thresholds } = args;
  return {
    alarmDescription: `One request in a hundred to ${endpointName} takes more than ${thresholds.latencyMilliseconds} ms`,
    namespace: "AWS/SageMaker",
    metricName: "ModelLatency",
    dimensions: dimensions(args),
    extendedStatistic: "p99",
    // The metric counts microseconds.
    threshold: thresholds.latencyMilliseconds * 1000,
    period: 60,
    ...lasting,
  };
}

function errorAlarm(args: EndpointAlarmsArgs, kind: "4XX" | "5XX", percent: number): AlarmArgs {
  const metric = {
    namespace: "AWS/SageMaker",
    dimensions: dimensions(args),
    stat: "Sum",
    period: 60,
  };
  return {
    alarmDescription: `More than ${percent} % of the requests to ${args.endpointName} end with ${kind}`,
    metricQueries: [
      {
        id: "share",
        // Without requests there is nothing to divide by, and nothing wrong.
        expression: "IF(requests > 0, 100 * errors / requests, 0)",
        label: `${kind} in percent`,
        returnData: true,
      },
      { id: "errors", metric: { ...metric, metricName: `Invocation${kind}Errors` } },
      { id: "requests", metric: { ...metric, metricName: "Invocations" } },
    ],
    threshold: percent,
    ...lasting,
  };
}

/** What is looked at of the load that scaling aims at. */
const loads = {
  invocations: ["InvocationsPerInstance", "Sum", "invocations a minute"],
  concurrency: ["ConcurrentRequestsPerModel", "Average", "simultaneous requests"],
} as const;

/** Alarms on what instances have, and on the load that scaling can't take. */
function* endpointAlarms(args: EndpointAlarmsArgs): Generator<[string, AlarmArgs]> {
  const { endpointName, serving, scaling } = args;
  const ofVariant = dimensions(args);
  if (serving.mode !== "serverless") {
    yield [
      "disk",
      {
        alarmDescription: `A disk of ${endpointName} is more than 80 % full`,
        namespace: "/aws/sagemaker/Endpoints",
        metricName: "DiskUtilization",
        dimensions: ofVariant,
        statistic: "Maximum",
        threshold: 80,
        period: 300,
      },
    ];
  }
  if (scaling?.policy.type === "target" && scaling.policy.metric !== "backlog") {
    const [metricName, statistic, unit] = loads[scaling.policy.metric];
    yield [
      "load",
      {
        alarmDescription: `Instances of ${endpointName} get twice the ${unit} that scaling aims at: ${scaling.maxInstances} are not enough`,
        namespace: "AWS/SageMaker",
        metricName,
        dimensions: ofVariant,
        statistic,
        threshold: 2 * scaling.policy.value,
        period: 60,
        evaluationPeriods: 15,
      },
    ];
  }
}

function* functionAlarms(args: EndpointAlarmsArgs): Generator<[string, AlarmArgs]> {
  const { functionName, keepsDeadLetters = false } = args;
  if (functionName === undefined) {
    return;
  }
  yield [
    "throttles",
    {
      alarmDescription: `Calls of ${functionName} are refused because its concurrency is used up`,
      namespace: "AWS/Lambda",
      metricName: "Throttles",
      dimensions: { FunctionName: functionName },
      statistic: "Sum",
      threshold: 0,
      period: 60,
      evaluationPeriods: 3,
    },
  ];
  if (keepsDeadLetters) {
    yield [
      "dead-letters",
      {
        alarmDescription: `Calls of ${functionName} failed for good and wait in its queue`,
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: deadLetterQueueName(functionName) },
        statistic: "Maximum",
        threshold: 0,
        period: 300,
      },
    ];
  }
}
