import type { CapacitySize, DeploymentConfig } from "@aws-sdk/client-sagemaker";

/** A step of a deployment; its shares are from 0 to 1. */
export interface TrafficStep {
  /** Of the requests, that the new fleet gets. */
  readonly traffic: number;
  /** Of the new instances, that run. */
  readonly newShare: number;
  /** Of the old instances, that run. */
  readonly oldShare: number;
  /** Seconds in which alarms are watched before the next step. */
  readonly bakeSeconds: number;
  /** Whether instances start for this step, as each batch's do. */
  readonly startsInstances: boolean;
}

/**
 * How requests go over from the old fleet to the new one, without the old one's end.
 *
 * @param instances of the new fleet; 1 for a serverless one
 *
 * Source: SageMaker developer guide, "Deployment guardrails".
 */
export function trafficSteps(deployment: DeploymentConfig, instances: number): TrafficStep[] {
  const { BlueGreenUpdatePolicy: blueGreen, RollingUpdatePolicy: rolling } = deployment;
  if (rolling !== undefined) {
    const batch = shareOf(rolling.MaximumBatchSize, instances);
    return upTo(batch).map((share) => ({
      traffic: share,
      newShare: share,
      oldShare: 1 - share,
      bakeSeconds: rolling.WaitIntervalInSeconds ?? 0,
      startsInstances: true,
    }));
  }
  const routing = blueGreen?.TrafficRoutingConfiguration;
  const shares =
    routing?.Type === "CANARY"
      ? [shareOf(routing.CanarySize, instances), 1]
      : routing?.Type === "LINEAR"
        ? upTo(shareOf(routing.LinearStepSize, instances))
        : [1];
  return shares.map((traffic, index) => ({
    traffic,
    newShare: 1,
    oldShare: 1,
    bakeSeconds: routing?.WaitIntervalInSeconds ?? 0,
    startsInstances: index === 0,
  }));
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
