/** What can go wrong with an endpoint: each is a point at which SageMaker gives up and takes everything back. */
export type Misfortune = "creation" | "capacity" | "container" | "canary" | "alarm" | "timeout";

/** The instances of one configuration. */
export interface Fleet {
  readonly configurationName: string;
  /** By variant; a serverless one has none. */
  readonly instances: Map<string, number>;
}

/** A moment in a deployment, in seconds from its beginning. */
export interface DeploymentMoment {
  readonly at: number;
  /** Share of the new fleet that serves; the old fleet serves until the end. */
  readonly newShare: number;
  /** Share of the old fleet that serves. */
  readonly oldShare: number;
  readonly end?: "done" | "rolled back";
  readonly reason?: string;
  /** The alarm that goes off. */
  readonly alarm?: string;
}

/** A deployment configuration as the provider writes it. */
export interface DeploymentConfig {
  readonly blueGreenUpdatePolicy?: {
    readonly maximumExecutionTimeoutInSeconds?: number;
    readonly trafficRoutingConfiguration?: {
      readonly type?: string;
      readonly waitIntervalInSeconds?: number;
    };
  };
  readonly rollingUpdatePolicy?: {
    readonly maximumExecutionTimeoutInSeconds?: number;
    readonly maximumBatchSize?: { readonly value?: number };
    readonly waitIntervalInSeconds?: number;
  };
  readonly autoRollbackConfiguration?: {
    readonly alarms?: readonly { readonly alarmName: string }[];
  };
}

/** Seconds until new instances run, and until their containers answer /ping. */
const provisioning = 180;
const starting = 120;

/** SageMaker's words. */
export const reasons = {
  creation: "The execution role may not read the model's archive in S3.",
  capacity:
    "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error.",
  container:
    "The primary container for production variant primary did not pass the ping health check. Please check CloudWatch logs for this endpoint.",
  timeout: "The deployment did not finish within its maximum execution timeout.",
} as const;

function rolledBack(at: number, reason: string, alarm?: string): DeploymentMoment {
  return { at, newShare: 0, oldShare: 1, end: "rolled back", reason, alarm };
}

/**
 * What happens when, in one update of an endpoint: first the new instances beside the old ones, then the requests, step by step,
 * with a wait after each, then the end of the old ones.
 *
 * Source: SageMaker developer guide, "Deployment guardrails".
 */
export function* deploymentMoments(
  deployment: DeploymentConfig,
  misfortune?: Misfortune,
): Generator<DeploymentMoment> {
  const { blueGreenUpdatePolicy: blueGreen, rollingUpdatePolicy: rolling } = deployment;
  const policy = rolling ?? blueGreen;
  const routing = blueGreen?.trafficRoutingConfiguration;
  const wait = rolling?.waitIntervalInSeconds ?? routing?.waitIntervalInSeconds ?? 0;
  const [alarm] = deployment.autoRollbackConfiguration?.alarms ?? [];
  if (misfortune === "timeout") {
    yield rolledBack(policy?.maximumExecutionTimeoutInSeconds ?? 3600, reasons.timeout);
    return;
  }
  if (misfortune === "capacity" || misfortune === "creation") {
    yield rolledBack(provisioning, reasons[misfortune]);
    return;
  }
  if (misfortune === "container") {
    yield rolledBack(provisioning + starting, reasons.container);
    return;
  }
  const batch = (rolling?.maximumBatchSize?.value ?? 100) / 100;
  const steps = rolling === undefined ? (routing?.type === "ALL_AT_ONCE" ? 1 : 2) : 1 / batch;
  let at = provisioning + starting;
  for (let step = 1; step <= Math.ceil(steps); step += 1) {
    const newShare = rolling === undefined ? 1 : Math.min(1, step * batch);
    yield { at, newShare, oldShare: rolling === undefined ? 1 : 1 - newShare };
    const isLast = step >= steps;
    const goesOff = isLast ? misfortune === "alarm" : misfortune === "canary";
    if (goesOff && alarm !== undefined) {
      const reason = `The alarm ${alarm.alarmName} went off during the baking period.`;
      yield rolledBack(at + wait / 2, reason, alarm.alarmName);
      return;
    }
    at += wait + (rolling === undefined ? 0 : provisioning + starting);
  }
  yield { at, newShare: 1, oldShare: 0, end: "done" };
}
