import type { JudgedStack } from "../../policies/resource";
import { asStack } from "../preview/as-stack";
import type { Preview } from "../preview/preview";

/** One side of a change: a stack as the program declares it, and what the pack says of it. */
export interface Side extends Pick<
  Preview,
  "project" | "stack" | "region" | "resources" | "findings"
> {
  /** Digests of the stack file's encrypted values by their path, such as `kennel:monitoring.webhooks[0]`. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The other side of a stack that is new, or goes: it has nothing. */
export function withoutAnything(side: Side): Side {
  return { ...side, resources: [], findings: [], secrets: {} };
}

/** A side's resources as rules see them. */
export function judgedSide({ resources, region }: Side): JudgedStack {
  return asStack(resources, region);
}
