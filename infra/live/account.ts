import { Refusal } from "../refusal";

/** What runs in the account while the program is evaluated: what Pulumi's state cannot know, because AWS changes it. */
export interface LiveAccount {
  /** An endpoint as it is now, or undefined where there is none. */
  endpoint(name: string): Promise<EndpointState | undefined>;
  /** The names of all endpoints that contain `text`. */
  endpointNames(text: string): Promise<readonly string[]>;
  /** The instances that a configuration starts a variant with, or undefined where it or the variant does not exist. */
  initialInstances(configurationName: string, variantName: string): Promise<number | undefined>;
  /** The bounds that scaling has now, by resource id such as `endpoint/NAME/variant/primary`; those not registered are absent. */
  bounds(resourceIds: readonly string[]): Promise<ReadonlyMap<string, LiveBounds>>;
  /** Alarms, in no particular order; those that do not exist are absent. */
  alarms(names: readonly string[]): Promise<readonly LiveAlarm[]>;
}

/** An endpoint as SageMaker describes it. */
export interface EndpointState {
  readonly name: string;
  /** SageMaker's EndpointStatus, such as `InService`. */
  readonly status: string;
  /** The configuration that it serves; during an update the former one. */
  readonly configurationName: string;
  /** Instances that run, by variant. Serverless variants are absent. */
  readonly instances: Readonly<Record<string, number>>;
  /** Instances that scaling or an update is on its way to, by variant. */
  readonly desiredInstances: Readonly<Record<string, number>>;
  /** Why it failed, or why its last update did. */
  readonly failureReason?: string | undefined;
  /** When it was last changed. */
  readonly changed?: Date | undefined;
}

/** Between which numbers of instances scaling moves. */
export interface LiveBounds {
  readonly minInstances: number;
  readonly maxInstances: number;
}

/** An alarm and when it became what it is. */
export interface LiveAlarm {
  readonly name: string;
  /** CloudWatch's StateValue: OK, ALARM or INSUFFICIENT_DATA. */
  readonly state: string;
  /** Why, in CloudWatch's words. */
  readonly reason: string;
  readonly since?: Date | undefined;
}

/** What the account looks like is not known, or does not allow an update: Pulumi shows the message alone. */
export class LiveAccountError extends Refusal {
  override readonly name = "LiveAccountError";
}
