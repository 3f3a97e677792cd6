/** The regions that a stack leaves and goes to. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** Undefined where a stack stays, or is on one side only. */
export function moveOf(from: string | undefined, to: string | undefined): Move | undefined {
  return from === undefined || to === undefined || from === to ? undefined : { from, to };
}

/** A value as it would be in the other region: what a move changes by itself is then no difference. */
export function inRegion<Value>(value: Value, move: Move): Value {
  const replace = (each: unknown): unknown => {
    if (typeof each === "string") {
      return each.replaceAll(move.from, move.to);
    }
    if (typeof each !== "object" || each === null || each instanceof Map) {
      return each;
    }
    return Array.isArray(each)
      ? each.map(replace)
      : Object.fromEntries(Object.entries(each).map(([key, one]) => [key, replace(one)]));
  };
  return replace(value) as Value;
}
