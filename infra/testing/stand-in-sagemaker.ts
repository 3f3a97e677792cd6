import type { DeploymentConfig } from "@aws-sdk/client-sagemaker";

import { deploymentMoments, reasons, type Misfortune } from "../offline/endpoint-deployment";
import { StandInAwsError } from "./stand-in-http";

/** The instances of one configuration. */
interface Fleet {
  readonly configurationName: string;
  /** By variant; a serverless one has none. */
  readonly instances: Map<string, number>;
}

/** An endpoint in the stand-in account. */
export interface StandInEndpoint {
  readonly name: string;
  status: "Creating" | "Updating" | "InService" | "Failed";
  /** What serves; during an update the former fleet. */
  fleet: Fleet;
  /** What an update moves to. */
  pending?: Fleet | undefined;
  /** Instances that scaling aims at. */
  desired?: number | undefined;
  failureReason?: string | undefined;
  deployment: DeploymentConfig;
}

/** How many instances of an endpoint's production variants took requests from a moment on. */
export interface Sample {
  readonly seconds: number;
  readonly endpointName: string;
  readonly running: number;
}

/** An alarm, and since when it is what it is. */
export interface StandInAlarm {
  isInAlarm: boolean;
  reason: string;
  since: number;
}

/** A configuration as far as its instances go. */
export interface StandInConfiguration {
  readonly variants: ReadonlyMap<string, number | undefined>;
}

interface Happening {
  readonly at: number;
  readonly happen: () => void;
}

const scalingSeconds = 180;

/**
 * SageMaker hosting, Application Auto Scaling and CloudWatch alarms as far as a roll-out meets them, with a clock that only
 * {@link advance} moves.
 *
 * Endpoints take time, refuse updates while they change, begin every configuration with its initial number of instances, and
 * roll back by themselves. What is served when is in {@link samples}.
 */
export class StandInSageMaker {
  /** Seconds since the beginning. */
  seconds = 0;
  readonly configurations = new Map<string, StandInConfiguration>();
  readonly endpoints = new Map<string, StandInEndpoint>();
  readonly alarms = new Map<string, StandInAlarm>();
  /** Bounds of scaling by resource id. */
  readonly bounds = new Map<string, { minCapacity: number; maxCapacity: number }>();
  readonly samples: Sample[] = [];
  /** Instances that the requests ask for; scaling gives them to every endpoint that it may. */
  load: number | undefined;
  /** What goes wrong in the next creation or update. */
  misfortune: Misfortune | undefined;
  private happenings: Happening[] = [];

  /** CreateEndpoint. */
  create(name: string, configurationName: string, deployment: DeploymentConfig = {}): void {
    if (this.endpoints.has(name)) {
      throw new StandInAwsError(
        "ValidationException",
        `Cannot create already existing endpoint "${name}".`,
      );
    }
    const fleet = this.fleetOf(configurationName);
    const endpoint: StandInEndpoint = { name, status: "Creating", fleet, deployment };
    this.endpoints.set(name, endpoint);
    const { misfortune } = this;
    this.misfortune = undefined;
    this.after(300, () => {
      const failed = misfortune === undefined ? undefined : reasonOf(misfortune);
      endpoint.status = failed === undefined ? "InService" : "Failed";
      endpoint.failureReason = failed;
      this.sample(endpoint);
    });
  }

  /** UpdateEndpoint: without RetainAllVariantProperties, as the provider calls it. */
  update(name: string, configurationName: string, deployment: DeploymentConfig = {}): void {
    const endpoint = this.require(name);
    if (endpoint.status !== "InService") {
      throw new StandInAwsError(
        "ValidationException",
        `Cannot update in-progress endpoint "${name}".`,
      );
    }
    const [former, next] = [endpoint.fleet, this.fleetOf(configurationName)];
    Object.assign(endpoint, {
      status: "Updating",
      pending: next,
      failureReason: undefined,
      deployment,
    });
    const { misfortune } = this;
    this.misfortune = undefined;
    for (const moment of deploymentMoments(deployment, Math.max(1, total(next)), misfortune)) {
      this.after(moment.at, () => {
        if (moment.alarm !== undefined) {
          const reason = "Threshold Crossed: 3 datapoints were greater than the threshold.";
          this.alarms.set(moment.alarm, { isInAlarm: true, reason, since: this.seconds });
        }
        if (moment.end !== undefined) {
          endpoint.status = "InService";
          endpoint.pending = undefined;
          endpoint.failureReason = moment.reason;
          endpoint.fleet = moment.end === "done" ? next : former;
        }
        const serving = total(former) * moment.oldShare + total(next) * moment.newShare;
        this.sample(endpoint, moment.end === undefined ? Math.floor(serving) : undefined);
      });
    }
  }

  /**
   * DeleteEndpoint, which takes the registration of its variants along (SageMaker developer guide, "Delete a scaling policy").
   */
  delete(name: string): void {
    const endpoint = this.endpoints.get(name);
    if (endpoint !== undefined) {
      this.sample(endpoint, 0);
      this.endpoints.delete(name);
    }
    for (const resourceId of this.bounds.keys()) {
      if (resourceId.startsWith(`endpoint/${name}/`)) {
        this.bounds.delete(resourceId);
      }
    }
  }

  /** Lets time pass. */
  advance(seconds: number): void {
    const end = this.seconds + seconds;
    for (;;) {
      this.scale();
      const [next] = this.happenings.sort((left, right) => left.at - right.at);
      if (next === undefined || next.at > end) {
        break;
      }
      this.happenings.shift();
      this.seconds = next.at;
      next.happen();
    }
    this.seconds = end;
  }

  /**
   * Lets time pass until nothing is under way in an endpoint, as the provider waits.
   *
   * @param patience seconds after which the provider gives up
   */
  settle(name: string, patience = Infinity): StandInEndpoint {
    const endpoint = this.require(name);
    const end = this.seconds + patience;
    while (["Creating", "Updating"].includes(endpoint.status) && this.seconds < end) {
      this.advance(30);
    }
    return endpoint;
  }

  /** The endpoint, or SageMaker's refusal of a name that nothing has. */
  require(name: string): StandInEndpoint {
    const endpoint = this.endpoints.get(name);
    if (endpoint === undefined) {
      throw new StandInAwsError("ValidationException", `Could not find endpoint "${name}".`);
    }
    return endpoint;
  }

  /** Gives every scaled endpoint the instances that its load asks for, within its bounds. */
  private scale(): void {
    for (const [resourceId, { minCapacity, maxCapacity }] of this.bounds) {
      const [, name = "", , variant = ""] = resourceId.split("/");
      const endpoint = this.endpoints.get(name);
      const running = endpoint?.fleet.instances.get(variant);
      if (this.load === undefined || endpoint?.status !== "InService" || running === undefined) {
        continue;
      }
      const desired = Math.max(minCapacity, Math.min(maxCapacity, this.load));
      if (desired !== running) {
        Object.assign(endpoint, { status: "Updating", desired });
        this.after(scalingSeconds, () => {
          endpoint.fleet.instances.set(variant, desired);
          Object.assign(endpoint, { status: "InService", desired: undefined });
          this.sample(endpoint);
        });
      }
    }
  }

  private fleetOf(configurationName: string): Fleet {
    const configuration = this.configurations.get(configurationName);
    if (configuration === undefined) {
      throw new StandInAwsError(
        "ValidationException",
        `Could not find endpoint configuration "${configurationName}".`,
      );
    }
    const counted = [...configuration.variants].filter(
      (entry): entry is [string, number] => entry[1] !== undefined,
    );
    return { configurationName, instances: new Map(counted) };
  }

  private after(seconds: number, happen: () => void): void {
    this.happenings.push({ at: this.seconds + seconds, happen });
  }

  private sample(endpoint: StandInEndpoint, running = total(endpoint.fleet)): void {
    if (endpoint.status !== "Failed") {
      this.samples.push({ seconds: this.seconds, endpointName: endpoint.name, running });
    }
  }
}

function total({ instances }: Fleet): number {
  return [...instances.values()].reduce((sum, count) => sum + count, 0);
}

/** A new endpoint has no alarm to roll back for, and no former fleet. */
function reasonOf(misfortune: Misfortune): string | undefined {
  return misfortune === "canary" || misfortune === "alarm" ? undefined : reasons[misfortune];
}
