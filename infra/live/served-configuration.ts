import type { LiveAccount, LiveAlarm } from "./account";
import { inAlarm } from "./describe";

/** What an update was meant to end with. */
export interface Rollout {
  readonly endpointName: string;
  /** The configuration that the endpoint should serve. */
  readonly configurationName: string;
  /** Alarms that roll an update back. */
  readonly alarmNames: readonly string[];
}

function alarmLine({ name, state, reason, since }: LiveAlarm): string {
  const when = since === undefined ? "" : ` since ${since.toISOString()}`;
  return `the alarm ${name} is in ${state}${when}: ${reason}`;
}

/**
 * Why an endpoint does not serve the configuration that it should, with everything that is known about the cause.
 *
 * SageMaker rolls an update back by itself, and the endpoint is InService afterwards, as after an update that went well.
 *
 * @returns undefined where it serves what it should
 */
export async function deviation(
  account: LiveAccount,
  rollout: Rollout,
): Promise<string | undefined> {
  const { endpointName, configurationName, alarmNames } = rollout;
  const endpoint = await account.endpoint(endpointName);
  if (endpoint === undefined) {
    return `There is no endpoint ${endpointName}: it was deleted, but not by this stack. Run pulumi up --refresh, which makes it again.`;
  }
  const isBroken = ["Failed", "UpdateRollbackFailed"].includes(endpoint.status);
  if (endpoint.configurationName === configurationName && !isBroken) {
    return undefined;
  }
  const alarms = alarmNames.length === 0 ? [] : await account.alarms(alarmNames);
  const ringing = inAlarm(alarms);
  const causes = [
    endpoint.failureReason === undefined ? [] : [`SageMaker says: ${endpoint.failureReason}`],
    // An alarm may be quiet again because the former model is back: its last change tells whether it was this one.
    (ringing.length > 0 ? ringing : alarms).map(alarmLine),
    [`the containers' log is the log group /aws/sagemaker/Endpoints/${endpointName}`],
  ].flat();
  const what = isBroken
    ? `The endpoint ${endpointName} is ${endpoint.status}.`
    : `The endpoint ${endpointName} serves the configuration ${endpoint.configurationName} and not ${configurationName}: SageMaker rolled the update back, or somebody else moved the endpoint. The former model still answers.`;
  const next =
    "Correct the cause and run pulumi up --refresh, which tries again; to stay with the former model, set it in the stack's configuration. See docs/runbook.md, Roll back.";
  return `${what}\n${causes.map((cause) => `  - ${cause}`).join("\n")}\n${next}`;
}
