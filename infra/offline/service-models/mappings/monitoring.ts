import { asJson, sends, type Mappings, type Properties } from "../request-mapping";

/** A query's metric as the API has it: what is measured apart from how it is added up. */
function metricStat({ period, stat, unit, ...metric }: Properties): Properties {
  return { metric, period, stat, unit };
}

interface Notification {
  readonly subscriberEmailAddresses?: readonly string[];
  readonly subscriberSnsTopicArns?: readonly string[];
}

function withSubscribers({
  subscriberEmailAddresses = [],
  subscriberSnsTopicArns = [],
  ...notification
}: Notification): Properties {
  const subscriber = (subscriptionType: string) => (address: string) => ({
    subscriptionType,
    address,
  });
  return {
    notification,
    subscribers: [
      ...subscriberEmailAddresses.map(subscriber("EMAIL")),
      ...subscriberSnsTopicArns.map(subscriber("SNS")),
    ],
  };
}

/** Alarms, the dashboard and logs. */
const cloudwatchMappings: Mappings = {
  "aws:cloudwatch/dashboard:Dashboard": sends(
    "cloudwatch",
    "PutDashboard",
    {},
    { untagged: "the provider does not tag dashboards" },
  ),
  "aws:cloudwatch/metricAlarm:MetricAlarm": sends("cloudwatch", "PutMetricAlarm", {
    name: "AlarmName",
    metricQueries: "Metrics",
    "metricQueries.metric": { to: "MetricStat", as: metricStat },
  }),
  "aws:cloudwatch/logGroup:LogGroup": {
    requests: [
      {
        service: "logs",
        operation: "CreateLogGroup",
        leaves: ["retentionInDays"],
        names: { name: "logGroupName" },
      },
      {
        service: "logs",
        operation: "PutRetentionPolicy",
        takes: ["name", "retentionInDays"],
        names: { name: "logGroupName" },
        when: ({ retentionInDays = 0 }) => retentionInDays !== 0,
      },
    ],
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": sends("logs", "PutMetricFilter", {
    name: "filterName",
    pattern: "filterPattern",
    "metricTransformation.name": "metricName",
    "metricTransformation.namespace": "metricNamespace",
    "metricTransformation.value": "metricValue",
  }),
};

type CostFilters = readonly { readonly name: string; readonly values: readonly string[] }[];

/** Who is told of what. */
const notificationMappings: Mappings = {
  "aws:sns/topic:Topic": sends("sns", "CreateTopic"),
  "aws:sns/topicPolicy:TopicPolicy": sends(
    "sns",
    "SetTopicAttributes",
    { arn: "TopicArn", policy: asJson("AttributeValue") },
    { adds: () => ({ AttributeName: "Policy" }) },
  ),
  "aws:sns/topicSubscription:TopicSubscription": sends("sns", "Subscribe", { topic: "TopicArn" }),
  "aws:budgets/budget:Budget": sends(
    "budgets",
    "CreateBudget",
    {
      name: "Budget.BudgetName",
      budgetType: "Budget.BudgetType",
      timeUnit: "Budget.TimeUnit",
      limitAmount: "Budget.BudgetLimit.Amount",
      limitUnit: "Budget.BudgetLimit.Unit",
      costFilters: {
        to: "Budget.CostFilters",
        as: (filters: CostFilters) =>
          Object.fromEntries(filters.map(({ name, values }) => [name, values])),
      },
      // The provider sends each in its own request, of the same shape.
      notifications: {
        to: "NotificationsWithSubscribers",
        as: (notifications: readonly Notification[]) => notifications.map(withSubscribers),
      },
      tags: "ResourceTags",
    },
    { adds: (_properties, { accountId }) => ({ AccountId: accountId }) },
  ),
};

/** Attributes of a queue, which are texts in the API, by their properties. */
const queueAttributes: Readonly<Record<string, string>> = {
  delaySeconds: "DelaySeconds",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
};

/** Where events wait that nobody could handle. */
const queueMappings: Mappings = {
  "aws:sqs/queue:Queue": sends("sqs", "CreateQueue", {
    name: "QueueName",
    ...Object.fromEntries(
      Object.entries(queueAttributes).map(([property, attribute]) => [
        property,
        { to: `Attributes.${attribute}`, as: String },
      ]),
    ),
    policy: asJson("Attributes.Policy"),
  }),
  "aws:sqs/queuePolicy:QueuePolicy": sends("sqs", "SetQueueAttributes", {
    policy: asJson("Attributes.Policy"),
  }),
};

/** CloudWatch, SNS, SQS and Budgets. */
export const monitoringMappings: Mappings = {
  ...cloudwatchMappings,
  ...notificationMappings,
  ...queueMappings,
};
