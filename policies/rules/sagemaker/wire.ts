import { UNKNOWN } from "../../iam/unknown";

/** What Pulumi sends for a value that is not known yet (`unknownStringValue` of sdk/nodejs/runtime/rpc.ts). */
const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * Properties as a repair must return them: what is not known yet stays so, because a repair replaces all properties of the
 * resource.
 */
export function repaired(
  known: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return { ...(toWire(known) as Record<string, unknown>), ...changes };
}

function toWire(value: unknown): unknown {
  if (value === UNKNOWN) {
    return UNKNOWN_VALUE;
  }
  if (Array.isArray(value)) {
    return value.map(toWire);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toWire(part)]))
    : value;
}
