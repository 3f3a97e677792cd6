import { setTimeout as pause } from "node:timers/promises";

import { paginateDescribeScalableTargets } from "@aws-sdk/client-application-auto-scaling";

import type { Context } from "../context";
import type { Endpoints } from "./endpoints";

/** Seconds between two looks at what scaling aims at. */
const PERIOD_SECONDS = 60;
/** And at least this much of this machine's time, however fast the sandbox's goes: a look is work for moto. */
const PERIOD_MILLISECONDS = 250;

/**
 * Application Auto Scaling as far as it moves instances: each endpoint with a load gets the instances that the load asks for,
 * within the bounds of its registered variants. The targets are moto's.
 */
export class Scaler {
  /** Instances that are asked for, by endpoint. */
  private readonly loads = new Map<string, number>();

  constructor(
    private readonly context: Context,
    private readonly endpoints: Endpoints,
  ) {}

  /** Says how many instances the requests to an endpoint ask for from now on. */
  aim(endpointName: string, instances: number): void {
    this.loads.set(endpointName, instances);
    if (this.loads.size === 1) {
      void this.run();
    }
  }

  private async run(): Promise<void> {
    for (;;) {
      await this.look().catch(() => undefined);
      await Promise.all([this.context.clock.sleep(PERIOD_SECONDS), pause(PERIOD_MILLISECONDS)]);
    }
  }

  private async look(): Promise<void> {
    const pages = paginateDescribeScalableTargets(
      { client: this.context.clients.scaling },
      { ServiceNamespace: "sagemaker" },
    );
    for await (const { ScalableTargets = [] } of pages) {
      for (const { ResourceId, MinCapacity, MaxCapacity } of ScalableTargets) {
        const [, name = "", , variantName = ""] = ResourceId!.split("/");
        const [load, endpoint] = [this.loads.get(name), this.endpoints.find(name)];
        const variant = endpoint?.fleet.variant(variantName);
        if (
          load === undefined ||
          endpoint?.description.EndpointStatus !== "InService" ||
          variant?.count === undefined
        ) {
          continue;
        }
        const desired = Math.max(MinCapacity!, Math.min(MaxCapacity!, load));
        if (desired !== variant.count) {
          this.endpoints.scale(endpoint, variant, desired);
        }
      }
    }
  }
}
