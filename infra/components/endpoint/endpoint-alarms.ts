import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deadLetterQueueName } from "../../names";
import type { AlarmThresholds } from "../../schema/monitoring";
import type { ScalingConfig, TargetPolicy } from "../../schema/scaling";
import type { ServingConfig } from "../../schema/serving";
import { variantName as ownVariantName } from "./endpoint-variant";

/** Arguments of {@link EndpointAlarms}. */
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

type AlarmArgs = Omit<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "okActions" | "name">;

/** Alarms on one endpoint and its function; those that speak against a new model can roll its rollout back. */
export class EndpointAlarms extends pulumi.ComponentResource {
  /** Names of the alarms that a new model can set off. */
  readonly rollbackAlarmNames: pulumi.Output<string>[];

  constructor(name: string, args: EndpointAlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:EndpointAlarms", name, {}, options);
    const { functionName } = args;
    const create = (suffix: string, alarm: AlarmArgs): aws.cloudwatch.MetricAlarm => {
      const actions = args.topicArn === undefined ? undefined : [args.topicArn];
      return new aws.cloudwatch.MetricAlarm(
        `${name}-${suffix}`,
        { ...alarm, treatMissingData: "notBreaching", alarmActions: actions, okActions: actions },
        { parent: this },
      );
    };
    this.rollbackAlarmNames = [
      create("latency", latencyAlarm(args)),
      create("5xx", errorAlarm(args, "5XX", args.thresholds.serverErrorPercent)),
    ].map((alarm) => alarm.name);
    create("4xx", errorAlarm(args, "4XX", args.thresholds.clientErrorPercent));
    if (args.serving.mode !== "serverless") {
      create("disk", diskAlarm(args));
    }
    const { maxInstances = 0, policy } = args.scaling ?? {};
    if (policy?.type === "target" && policy.metric !== "backlog") {
      create("load", loadAlarm(args, maxInstances, { ...policy, metric: policy.metric }));
    }
    if (functionName !== undefined) {
      create("throttles", throttleAlarm(functionName));
    }
    if (functionName !== undefined && args.keepsDeadLetters === true) {
      create("dead-letters", deadLetterAlarm(functionName));
    }
    this.registerOutputs({ rollbackAlarmNames: this.rollbackAlarmNames });
  }
}

function dimensions({
  endpointName,
  variantName = ownVariantName,
}: EndpointAlarmsArgs): Record<string, pulumi.Input<string>> {
  return { EndpointName: endpointName, VariantName: variantName };
}

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
    comparisonOperator: "GreaterThanThreshold",
    period: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
  };
}

function errorAlarm(args: EndpointAlarmsArgs, kind: "4XX" | "5XX", percent: number): AlarmArgs {
  const count = (id: string, metricName: string) => ({
    id,
    metric: {
      namespace: "AWS/SageMaker",
      metricName,
      dimensions: dimensions(args),
      stat: "Sum",
      period: 60,
    },
  });
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
      count("errors", `Invocation${kind}Errors`),
      count("requests", "Invocations"),
    ],
    threshold: percent,
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
  };
}

function diskAlarm(args: EndpointAlarmsArgs): AlarmArgs {
  return {
    alarmDescription: `A disk of ${args.endpointName} is more than 80 % full`,
    namespace: "/aws/sagemaker/Endpoints",
    metricName: "DiskUtilization",
    dimensions: dimensions(args),
    statistic: "Maximum",
    threshold: 80,
    comparisonOperator: "GreaterThanThreshold",
    period: 300,
    evaluationPeriods: 1,
  };
}

/** What is looked at of the load that scaling aims at. */
const loads = {
  invocations: {
    metricName: "InvocationsPerInstance",
    statistic: "Sum",
    unit: "invocations a minute",
  },
  concurrency: {
    metricName: "ConcurrentRequestsPerModel",
    statistic: "Average",
    unit: "simultaneous requests",
  },
} as const;

function loadAlarm(
  args: EndpointAlarmsArgs,
  maxInstances: number,
  target: TargetPolicy & { readonly metric: keyof typeof loads },
): AlarmArgs {
  const { metricName, statistic, unit } = loads[target.metric];
  return {
    alarmDescription: `Instances of ${args.endpointName} get twice the ${unit} that scaling aims at: ${maxInstances} are not enough`,
    namespace: "AWS/SageMaker",
    metricName,
    dimensions: dimensions(args),
    statistic,
    threshold: 2 * target.value,
    comparisonOperator: "GreaterThanThreshold",
    period: 60,
    evaluationPeriods: 15,
  };
}

function throttleAlarm(functionName: string): AlarmArgs {
  return {
    alarmDescription: `Calls of ${functionName} are refused because its concurrency is used up`,
    namespace: "AWS/Lambda",
    metricName: "Throttles",
    dimensions: { FunctionName: functionName },
    statistic: "Sum",
    threshold: 0,
    comparisonOperator: "GreaterThanThreshold",
    period: 60,
    evaluationPeriods: 3,
  };
}

function deadLetterAlarm(functionName: string): AlarmArgs {
  return {
    alarmDescription: `Calls of ${functionName} failed for good and wait in its queue`,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: deadLetterQueueName(functionName) },
    statistic: "Maximum",
    threshold: 0,
    comparisonOperator: "GreaterThanThreshold",
    period: 300,
    evaluationPeriods: 1,
  };
}
