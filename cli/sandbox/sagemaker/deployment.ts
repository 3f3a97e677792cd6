import {
  DescribeAlarmsCommand,
  SetAlarmStateCommand,
  type CloudWatchClient,
} from "@aws-sdk/client-cloudwatch";
import type { DeploymentConfig } from "@aws-sdk/client-sagemaker";

import type { Clock } from "../clock";
import type { Misfortune } from "../misfortunes";
import type { Fleet } from "./fleet";
import { trafficSteps, type TrafficStep } from "./traffic-steps";

/** Seconds until new instances run, and until their containers answer /ping. */
const PROVISIONING_SECONDS = 180;
const STARTING_SECONDS = 120;

/** Seconds between two looks at the alarms. */
const ALARM_PERIOD_SECONDS = 10;

/** Seconds that an alarm which a misfortune sets off stays in ALARM. */
const RECOVERY_SECONDS = 900;

/** Longest that an update takes where its policy doesn't say. */
const EXECUTION_TIMEOUT_SECONDS = 3600;

/** Why a creation or an update came to nothing, in SageMaker's words. */
export class DeploymentFailure extends Error {
  override readonly name = "DeploymentFailure";
}

const CAPACITY =
  "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. Please retry using a different ML instance type.";

/** Starts a fleet, as a creation and an update begin. @throws DeploymentFailure where it does not run */
export async function startFleet(
  fleet: Fleet,
  clock: Clock,
  misfortune: Misfortune | undefined,
): Promise<void> {
  await clock.sleep(PROVISIONING_SECONDS);
  if (misfortune === "capacity") {
    throw new DeploymentFailure(CAPACITY);
  }
  if (misfortune === "creation") {
    throw new DeploymentFailure(
      "Failed to download model data. The execution role may not read the model's archive in S3.",
    );
  }
  const [name] = fleet.variants.map(({ settings }) => settings.VariantName);
  const unhealthy = `The primary container for production variant ${name} did not pass the ping health check. Please check CloudWatch logs for this endpoint.`;
  if (misfortune === "crash") {
    await clock.sleep(STARTING_SECONDS);
    throw new DeploymentFailure(unhealthy);
  }
  try {
    await Promise.all([fleet.start(), clock.sleep(STARTING_SECONDS)]);
  } catch (error) {
    throw new DeploymentFailure(`${unhealthy} Its last line: ${(error as Error).message}`);
  }
}

/** An update that is under way. */
export interface Deployment {
  readonly next: Fleet;
  readonly config: DeploymentConfig;
  readonly misfortune: Misfortune | undefined;
  readonly clock: Clock;
  readonly cloudWatch: CloudWatchClient;
  /** Requests go over; how many instances run changes. */
  onStep(step: TrafficStep): void;
}

/** Brings a new fleet up and all requests to it. @throws DeploymentFailure where everything is to be taken back */
export async function deploy(deployment: Deployment): Promise<void> {
  const { next, config, clock, misfortune } = deployment;
  const timeout =
    (config.RollingUpdatePolicy ?? config.BlueGreenUpdatePolicy)
      ?.MaximumExecutionTimeoutInSeconds ?? EXECUTION_TIMEOUT_SECONDS;
  const late = new DeploymentFailure(
    `The deployment did not finish within its maximum execution timeout of ${timeout} seconds.`,
  );
  if (misfortune === "timeout") {
    await clock.sleep(timeout);
    throw late;
  }
  const steps = trafficSteps(config, Math.max(1, next.instances));
  await startFleet(next, clock, misfortune);
  let elapsed = PROVISIONING_SECONDS + STARTING_SECONDS;
  for (const [index, step] of steps.entries()) {
    if (index > 0 && step.startsInstances) {
      await clock.sleep(PROVISIONING_SECONDS + STARTING_SECONDS);
      elapsed += PROVISIONING_SECONDS + STARTING_SECONDS;
    }
    deployment.onStep(step);
    if (elapsed + step.bakeSeconds > timeout) {
      await clock.sleep(timeout - elapsed);
      throw late;
    }
    const isLast = index === steps.length - 1;
    const goesOff = misfortune === (isLast ? "alarm" : "canary");
    await bake(deployment, step.bakeSeconds, goesOff);
    elapsed += step.bakeSeconds;
  }
  const { TerminationWaitInSeconds = 0 } = config.BlueGreenUpdatePolicy ?? {};
  await clock.sleep(TerminationWaitInSeconds);
}

/** Waits while nothing is in alarm; halfway through, what is to go off does. */
async function bake(
  { config, clock, cloudWatch }: Deployment,
  seconds: number,
  goesOff: boolean,
): Promise<void> {
  const names = (config.AutoRollbackConfiguration?.Alarms ?? []).map(({ AlarmName }) => AlarmName!);
  if (names.length === 0) {
    return clock.sleep(seconds);
  }
  let isToGoOff = goesOff;
  for (let waited = 0; ;) {
    if (isToGoOff && waited >= seconds / 2) {
      isToGoOff = false;
      await setOff(cloudWatch, names[0]!, clock);
    }
    await requireQuiet(cloudWatch, names);
    if (waited >= seconds) {
      return;
    }
    const period = Math.min(Math.max(ALARM_PERIOD_SECONDS, seconds / 5), seconds - waited);
    await clock.sleep(period);
    waited += period;
  }
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
