import type { CapacitySize, DeploymentConfig } from "@aws-sdk/client-sagemaker";

/** What can go wrong with an endpoint: each is a point at which SageMaker gives up and takes everything back. */
export const MISFORTUNES = ["creation", "canary", "alarm", "capacity", "crash", "timeout"] as const;

export type Misfortune = (typeof MISFORTUNES)[number];

/** Seconds until new instances run, and until their containers answer /ping. */
export const PROVISIONING_SECONDS = 180;
export const STARTING_SECONDS = 120;

/** Longest that an update takes where its policy doesn't say. */
const EXECUTION_TIMEOUT_SECONDS = 3600;

/** SageMaker's words. */
export const reasons = {
  creation:
    "Failed to download model data. The execution role may not read the model's archive in S3.",
  capacity:
    "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. Please retry using a different ML instance type.",
  crash:
    "The primary container for production variant primary did not pass the ping health check. Please check CloudWatch logs for this endpoint.",
  timeout: "The deployment did not finish within its maximum execution timeout.",
} as const;

/** A moment in a deployment; its shares are from 0 to 1. */
export interface DeploymentMoment {
  /** Seconds from the deployment's beginning. */
  readonly at: number;
  /** Of the requests, that the new fleet gets from then on. */
  readonly traffic: number;
  /** Of the new fleet, that serves. */
  readonly newShare: number;
  /** Of the old fleet, that serves. */
  readonly oldShare: number;
  readonly end?: "done" | "rolled back";
  /** Why it is rolled back. */
  readonly reason?: string;
  /** The alarm that goes off. */
  readonly alarm?: string;
}

/**
 * What happens when, in one update of an endpoint: first the new instances beside the old ones, then the requests, step by step,
 * with a wait after each in which alarms are watched, then the end of the old ones.
 *
 * @param instances of the new fleet; 1 for a serverless one
 *
 * Source: SageMaker developer guide, "Deployment guardrails".
 */
export function* deploymentMoments(
  config: DeploymentConfig,
  instances: number,
  misfortune?: Misfortune,
): Generator<DeploymentMoment> {
  const { BlueGreenUpdatePolicy: blueGreen, RollingUpdatePolicy: rolling } = config;
  const timeout =
    (rolling ?? blueGreen)?.MaximumExecutionTimeoutInSeconds ?? EXECUTION_TIMEOUT_SECONDS;
  const wait = (rolling ?? blueGreen?.TrafficRoutingConfiguration)?.WaitIntervalInSeconds ?? 0;
  const [alarm] = alarmsOf(config);
  if (misfortune === "timeout") {
    return yield rolledBack(timeout, reasons.timeout);
  }
  if (misfortune === "capacity" || misfortune === "creation") {
    return yield rolledBack(PROVISIONING_SECONDS, reasons[misfortune]);
  }
  let at = PROVISIONING_SECONDS + STARTING_SECONDS;
  if (misfortune === "crash") {
    return yield rolledBack(at, reasons.crash);
  }
  const steps = trafficSteps(config, instances);
  for (const [index, traffic] of steps.entries()) {
    yield { at, traffic, ...(rolling ? { newShare: traffic, oldShare: 1 - traffic } : BOTH) };
    const isLast = index === steps.length - 1;
    if (alarm !== undefined && misfortune === (isLast ? "alarm" : "canary")) {
      const reason = `The alarm ${alarm} went off during the baking period.`;
      return yield { ...rolledBack(at + wait / 2, reason), alarm };
    }
    at += wait + (rolling && !isLast ? PROVISIONING_SECONDS + STARTING_SECONDS : 0);
    if (at > timeout) {
      return yield rolledBack(timeout, reasons.timeout);
    }
  }
  yield { at, traffic: 1, newShare: 1, oldShare: 0, end: "done" };
}

const BOTH = { newShare: 1, oldShare: 1 } as const;

function rolledBack(at: number, reason: string): DeploymentMoment {
  return { at, traffic: 0, newShare: 0, oldShare: 1, end: "rolled back", reason };
}

/** Names of the alarms that take a deployment back. */
export function alarmsOf({ AutoRollbackConfiguration }: DeploymentConfig): string[] {
  return (AutoRollbackConfiguration?.Alarms ?? []).map(({ AlarmName }) => AlarmName!);
}

/** Why a deployment does not come to the point of a misfortune; undefined where it does. */
export function whyNever(
  misfortune: Misfortune,
  config: DeploymentConfig,
  instances: number,
): string | undefined {
  if (misfortune !== "canary" && misfortune !== "alarm") {
    return undefined;
  }
  if (alarmsOf(config).length === 0) {
    return "its deployments watch no alarm: add rollout and monitoring to it in the stack's file, and update the stack first";
  }
  return misfortune === "canary" && trafficSteps(config, instances).length === 1
    ? "its requests move all at once: choose rollout.strategy canary, linear or rolling in the stack's file, and update the stack first"
    : undefined;
}

/** The shares of the requests that the new fleet gets, step by step. */
function trafficSteps(
  { BlueGreenUpdatePolicy, RollingUpdatePolicy }: DeploymentConfig,
  instances: number,
): number[] {
  if (RollingUpdatePolicy !== undefined) {
    return upTo(shareOf(RollingUpdatePolicy.MaximumBatchSize, instances));
  }
  const routing = BlueGreenUpdatePolicy?.TrafficRoutingConfiguration;
  switch (routing?.Type) {
    case "CANARY":
      return [shareOf(routing.CanarySize, instances), 1];
    case "LINEAR":
      return upTo(shareOf(routing.LinearStepSize, instances));
    default:
      return [1];
  }
}

function shareOf(size: CapacitySize | undefined, instances: number): number {
  const value = size?.Value ?? 100;
  return Math.min(1, size?.Type === "INSTANCE_COUNT" ? value / instances : value / 100);
}

/** `0.3` -> 0.3, 0.6, 0.9, 1. */
function upTo(step: number): number[] {
  const count = Math.ceil(1 / step - 1e-9);
  return Array.from({ length: count }, (_, index) => Math.min(1, step * (index + 1)));
}
