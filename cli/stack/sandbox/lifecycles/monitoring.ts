import { OFFLINE_ACCOUNT } from "../../../offline-account";
import type { Lifecycles } from "../lifecycle";

/** Alarms, logs, topics, queues and budgets. */
export const monitoringLifecycles: Lifecycles = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    updates: "again",
    deletes: { DeleteAlarms: ({ id }) => ({ AlarmNames: [id] }) },
    checks: { DescribeAlarms: ({ id }) => ({ AlarmNames: [id] }) },
    finds: ({ MetricAlarms }) => ((MetricAlarms as unknown[]).length === 0 ? undefined : {}),
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    updates: "again",
    deletes: { DeleteDashboards: ({ id }) => ({ DashboardNames: [id] }) },
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    updates: ["PutRetentionPolicy"],
    deletes: { DeleteLogGroup: ({ id }) => ({ logGroupName: id }) },
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    updates: "again",
    deletes: {
      DeleteMetricFilter: ({ id, logGroupName }) => ({ logGroupName, filterName: id }),
    },
  },
  "aws:sns/topic:Topic": {
    reads: ({ TopicArn }) => ({ id: TopicArn, arn: TopicArn }),
    deletes: { DeleteTopic: ({ id }) => ({ TopicArn: id }) },
  },
  "aws:sns/topicPolicy:TopicPolicy": { updates: "again" },
  "aws:sns/topicSubscription:TopicSubscription": {
    reads: ({ SubscriptionArn }) => ({ id: SubscriptionArn, arn: SubscriptionArn }),
    deletes: { Unsubscribe: ({ id }) => ({ SubscriptionArn: id }) },
  },
  "aws:sqs/queue:Queue": {
    reads: ({ QueueUrl }) => ({ id: QueueUrl, url: QueueUrl }),
    deletes: { DeleteQueue: ({ id }) => ({ QueueUrl: id }) },
  },
  "aws:sqs/queuePolicy:QueuePolicy": { updates: "again" },
  "aws:budgets/budget:Budget": {
    deletes: { DeleteBudget: ({ id }) => ({ AccountId: OFFLINE_ACCOUNT, BudgetName: id }) },
  },
};
