import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { DescribeEndpointOutput } from "@aws-sdk/client-sagemaker";

import type { LiveAlarm, EndpointState } from "./account";

/**
 * The answer to a question, or undefined where AWS has nothing of that name: a ValidationException like any other, but for
 * its text.
 */
export async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (/could not find/i.test((error as Error).message)) {
      return undefined;
    }
    throw error;
  }
}

/** An endpoint as SageMaker describes it. */
export function endpointOf(answer: DescribeEndpointOutput): EndpointState {
  const counts = (
    property: "CurrentInstanceCount" | "DesiredInstanceCount",
  ): Record<string, number> =>
    Object.fromEntries(
      (answer.ProductionVariants ?? []).flatMap(({ VariantName, [property]: count }) =>
        count === undefined ? [] : [[VariantName!, count]],
      ),
    );
  return {
    name: answer.EndpointName!,
    status: answer.EndpointStatus!,
    configurationName: answer.EndpointConfigName!,
    instances: counts("CurrentInstanceCount"),
    desiredInstances: counts("DesiredInstanceCount"),
    failureReason: answer.FailureReason,
    changed: answer.LastModifiedTime,
  };
}

/** An alarm as CloudWatch describes it. */
export function alarmOf(alarm: MetricAlarm): LiveAlarm {
  return {
    name: alarm.AlarmName!,
    state: alarm.StateValue ?? "INSUFFICIENT_DATA",
    reason: alarm.StateReason ?? "",
    since: alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp,
  };
}

/** Those of some alarms that are in ALARM. */
export function inAlarm(alarms: readonly LiveAlarm[]): LiveAlarm[] {
  return alarms.filter(({ state }) => state === "ALARM");
}
