import {
  DescribeAlarmsCommand,
  SetAlarmStateCommand,
  type CloudWatchClient,
} from "@aws-sdk/client-cloudwatch";
import type { DeploymentConfig } from "@aws-sdk/client-sagemaker";

import {
  alarmsOf,
  type DeploymentMoment,
  deploymentMoments,
  type Misfortune,
  PROVISIONING_SECONDS,
  reasons,
  STARTING_SECONDS,
} from "../../../infra/offline/endpoint-deployment";
import type { Clock } from "../clock";
import type { Fleet } from "./fleet";

/** Seconds between two looks at the alarms. */
const ALARM_PERIOD_SECONDS = 10;

/** Seconds that an alarm which a misfortune sets off stays in ALARM. */
const RECOVERY_SECONDS = 900;

/** Why a creation or an update came to nothing, in SageMaker's words. */
export class DeploymentFailure extends Error {
  override readonly name = "DeploymentFailure";
}

/** Starts a fleet, as a creation and an update begin. @throws DeploymentFailure where it does not run */
async function startFleet(fleet: Fleet, clock: Clock): Promise<void> {
  const [starting] = await Promise.allSettled([
    fleet.start(),
    clock.sleep(PROVISIONING_SECONDS + STARTING_SECONDS),
  ]);
  if (starting.status === "rejected") {
    const { message } = starting.reason as Error;
    throw new DeploymentFailure(`${reasons.crash} Its last line: ${message}`);
  }
}

/** Brings up an endpoint's first fleet. @throws DeploymentFailure where it does not run */
export async function create(
  fleet: Fleet,
  clock: Clock,
  misfortune: Misfortune | undefined,
): Promise<void> {
  const [moment] = deploymentMoments({}, 1, misfortune);
  if (moment?.reason !== undefined) {
    await clock.sleep(moment.at);
    throw new DeploymentFailure(moment.reason);
  }
  await startFleet(fleet, clock);
}

/** An update that is under way. */
export interface Deployment {
  readonly next: Fleet;
  readonly config: DeploymentConfig;
  readonly misfortune: Misfortune | undefined;
  readonly clock: Clock;
  readonly cloudWatch: CloudWatchClient;
  /** Requests go over; how many instances run changes. */
  onStep(step: DeploymentMoment): void;
}

/** Brings a new fleet up and all requests to it. @throws DeploymentFailure where everything is to be taken back */
export async function deploy(deployment: Deployment): Promise<void> {
  const { next, config, clock, misfortune, cloudWatch } = deployment;
  let now = 0;
  for (const moment of deploymentMoments(config, Math.max(1, next.instances), misfortune)) {
    const isRolledBack = moment.end === "rolled back";
    if (now > 0) {
      await bake(deployment, moment.at - now);
    } else {
      await (isRolledBack ? clock.sleep(moment.at) : startFleet(next, clock));
    }
    now = moment.at;
    if (moment.alarm !== undefined) {
      await setOff(cloudWatch, moment.alarm, clock);
    }
    if (isRolledBack) {
      throw new DeploymentFailure(moment.reason);
    }
    if (moment.end === undefined) {
      deployment.onStep(moment);
    }
  }
  const { TerminationWaitInSeconds = 0 } = config.BlueGreenUpdatePolicy ?? {};
  await clock.sleep(TerminationWaitInSeconds);
}

/** Waits while nothing is in alarm. */
async function bake({ config, clock, cloudWatch }: Deployment, seconds: number): Promise<void> {
  const names = alarmsOf(config);
  for (let waited = 0; names.length > 0 && waited < seconds;) {
    await requireQuiet(cloudWatch, names);
    const period = Math.min(Math.max(ALARM_PERIOD_SECONDS, seconds / 5), seconds - waited);
    await clock.sleep(period);
    waited += period;
  }
  await (names.length > 0 ? requireQuiet(cloudWatch, names) : clock.sleep(seconds));
}

/** Lets an alarm go off, and be well again once the bad fleet has been gone for a while. */
async function setOff(
  cloudWatch: CloudWatchClient,
  AlarmName: string,
  clock: Clock,
): Promise<void> {
  const become = (StateValue: "ALARM" | "OK", StateReason: string) =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
  await become(
    "ALARM",
    "Threshold Crossed: 3 datapoints were greater than the threshold (a misfortune of the sandbox).",
  );
  void clock
    .sleep(RECOVERY_SECONDS)
    .then(() =>
      become("OK", "Threshold Crossed: 3 datapoints were not greater than the threshold."),
    )
    .catch(() => undefined);
}

async function requireQuiet(cloudWatch: CloudWatchClient, AlarmNames: string[]): Promise<void> {
  const found = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }),
  );
  const alarms = [...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])].filter(
    ({ StateValue }) => StateValue === "ALARM",
  );
  if (alarms.length > 0) {
    const names = alarms.map(({ AlarmName }) => AlarmName).join(", ");
    throw new DeploymentFailure(`The alarm ${names} went off during the baking period.`);
  }
}
