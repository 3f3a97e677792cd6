import type { Side } from "./side";

/** A side as it would be in another region: what a move changes by itself is then not a difference. */
export function inRegion(side: Side, region: string): Side {
  const replace = (each: unknown): unknown => {
    if (typeof each === "string") {
      return each.replaceAll(side.region, region);
    }
    if (typeof each !== "object" || each === null) {
      return each;
    }
    return Array.isArray(each) ? each.map(replace) : replaceIn(each);
  };
  const replaceIn = (values: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(values).map(([key, one]) => [key, replace(one)]));
  const resources = side.resources.map(({ inputs, outputs, ...resource }) => ({
    ...resource,
    inputs: replaceIn(inputs),
    outputs: replaceIn(outputs),
  }));
  return { ...side, region, resources };
}
