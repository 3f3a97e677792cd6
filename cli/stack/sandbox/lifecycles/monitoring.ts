import { monitoringMappings } from "../../../../infra/offline/service-models/mappings/monitoring";
import type { Lifecycle } from "../lifecycle";

/** Alarms, logs, topics, queues and budgets. */
export const monitoringLifecycles: Readonly<Record<string, Lifecycle>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    updates: "again",
    deletes: ({ id }) => [
      { service: "cloudwatch", operation: "DeleteAlarms", request: { AlarmNames: [id] } },
    ],
    checks: {
      asks: ({ id }) => ({
        service: "cloudwatch",
        operation: "DescribeAlarms",
        request: { AlarmNames: [id] },
      }),
      reads: ({ MetricAlarms }) => ((MetricAlarms as unknown[]).length === 0 ? undefined : {}),
    },
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    updates: "again",
    deletes: ({ id }) => [
      { service: "cloudwatch", operation: "DeleteDashboards", request: { DashboardNames: [id] } },
    ],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    updates: monitoringMappings["aws:cloudwatch/logGroup:LogGroup"]!.requests.filter(
      ({ operation }) => operation === "PutRetentionPolicy",
    ),
    deletes: ({ id }) => [
      { service: "logs", operation: "DeleteLogGroup", request: { logGroupName: id } },
    ],
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    updates: "again",
    deletes: ({ id, outputs: { logGroupName } }) => [
      {
        service: "logs",
        operation: "DeleteMetricFilter",
        request: { logGroupName, filterName: id },
      },
    ],
  },
  "aws:sns/topic:Topic": {
    reads: ({ TopicArn }) => ({ id: String(TopicArn), arn: TopicArn }),
    deletes: ({ id }) => [{ service: "sns", operation: "DeleteTopic", request: { TopicArn: id } }],
  },
  "aws:sns/topicPolicy:TopicPolicy": { updates: "again" },
  "aws:sns/topicSubscription:TopicSubscription": {
    reads: ({ SubscriptionArn }) => ({ id: String(SubscriptionArn), arn: SubscriptionArn }),
    deletes: ({ id }) => [
      { service: "sns", operation: "Unsubscribe", request: { SubscriptionArn: id } },
    ],
  },
  "aws:sqs/queue:Queue": {
    reads: ({ QueueUrl }) => ({ id: String(QueueUrl), url: QueueUrl }),
    deletes: ({ id }) => [{ service: "sqs", operation: "DeleteQueue", request: { QueueUrl: id } }],
  },
  "aws:sqs/queuePolicy:QueuePolicy": { updates: "again" },
  "aws:budgets/budget:Budget": {
    deletes: ({ id }) => [
      {
        service: "budgets",
        operation: "DeleteBudget",
        request: { AccountId: "123456789012", BudgetName: id },
      },
    ],
  },
};
