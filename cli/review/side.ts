import type { JudgedStack } from "../../policies/resource";
import type { Finding } from "../preview/analyzer";
import { asStack } from "../preview/as-stack";
import type { RegisteredResource } from "../../infra/offline/registrations";

/** One side of a change: a stack as the program declares it, and what the pack says of it. */
export interface Side {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly resources: readonly RegisteredResource[];
  readonly findings: readonly Finding[];
  /** The stack file's encrypted values by their path, such as `kennel:monitoring.webhooks[0]`: what tells two apart, not the values. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A side as it passes from one process to another. */
export type WrittenSide = Omit<Side, "resources"> & {
  readonly resources: readonly (Omit<RegisteredResource, "propertyDependencies"> & {
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  })[];
};

export function writeSide(side: Side): WrittenSide {
  return {
    ...side,
    resources: side.resources.map((resource) => ({
      ...resource,
      propertyDependencies: Object.fromEntries(resource.propertyDependencies),
    })),
  };
}

export function readSide(written: WrittenSide): Side {
  return {
    ...written,
    resources: written.resources.map((resource) => ({
      ...resource,
      propertyDependencies: new Map(Object.entries(resource.propertyDependencies)),
    })),
  };
}

/** A side's resources as rules see them; no resources where there is no such side. */
export function judgedSide(side: Side | undefined): JudgedStack {
  return side === undefined ? asStack([], "") : asStack(side.resources, side.region);
}
