import type { Side } from "./side";

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
