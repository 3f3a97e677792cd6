import type { LiveAccount, EndpointState } from "./account";
import { endpointFamily } from "./endpoint-family";

/** A variant whose instances scaling adds and removes. */
export interface ScaledFleet {
  /** The endpoint's name, whether it exists or not. */
  readonly endpointName: string;
  readonly variantName: string;
  /** Instances of an endpoint that takes no other's place; at least 1. */
  readonly instanceCount: number;
  /** The lowest number of instances outside of scheduled times; 0 for async endpoints only. */
  readonly minInstances: number;
  /** The highest number of instances at any time, scheduled times included. */
  readonly maxInstances: number;
}

/** The most instances of an endpoint whose place this one takes, which are 0 where there is none. */
async function predecessorInstances(account: LiveAccount, fleet: ScaledFleet): Promise<number> {
  const names = await endpointFamily(account, fleet.endpointName);
  const counts = await Promise.all(
    names.map(async (name) => {
      const endpoint = await account.endpoint(name);
      return endpoint === undefined || ["Failed", "Deleting"].includes(endpoint.status)
        ? 0
        : runningOrDesired(endpoint, fleet);
    }),
  );
  return Math.max(0, ...counts);
}

/**
 * The number of instances that an endpoint's configuration starts with.
 *
 * SageMaker begins every configuration with it, however many instances scaling has made of the former one. So a new
 * configuration starts with the instances that run, and one that is live already keeps the number that it has: otherwise it
 * would be another configuration whenever the fleet has grown or shrunk.
 *
 * @param current the endpoint as it is, or undefined where there is none of this name
 * @param namePrefix how the names of configurations with the wanted content begin; undefined where that is not known yet, in
 *   a preview of a new model
 */
export async function startingCount(
  account: LiveAccount,
  fleet: ScaledFleet,
  current: EndpointState | undefined,
  namePrefix: string | undefined,
): Promise<number> {
  if (namePrefix !== undefined && current?.configurationName.startsWith(namePrefix) === true) {
    const kept = await account.initialInstances(current.configurationName, fleet.variantName);
    if (kept !== undefined) {
      return kept;
    }
  }
  if (current !== undefined) {
    return within(fleet, runningOrDesired(current, fleet));
  }
  const replaced = await predecessorInstances(account, fleet);
  return replaced === 0 ? fleet.instanceCount : within(fleet, replaced);
}

/** Instances that run or that are desired, whichever are more. */
function runningOrDesired(endpoint: EndpointState, { variantName }: ScaledFleet): number {
  const { instances, desiredInstances } = endpoint;
  return Math.max(instances[variantName] ?? 0, desiredInstances[variantName] ?? 0);
}

/** An async endpoint may be at 0, but none can start with that. */
function within({ minInstances, maxInstances }: ScaledFleet, running: number): number {
  return Math.max(1, minInstances, Math.min(maxInstances, running));
}
