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

/** A side as it would be in another region: what a move changes by itself is then not a difference. */
export function inRegion(side: Side, region: string): Side {
  const moved = (values: Record<string, unknown>) =>
    JSON.parse(JSON.stringify(values).replaceAll(side.region, region)) as typeof values;
  const resources = side.resources.map(({ inputs, outputs, ...resource }) => ({
    ...resource,
    inputs: moved(inputs),
    outputs: moved(outputs),
  }));
  return { ...side, region, resources };
}
