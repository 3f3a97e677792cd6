import { isObject } from "./iam/element-reader";
import type { JudgedResource } from "./resource";

type Properties = Record<string, unknown>;

/**
 * Writes a repair onto the engine's own properties, and only what the repair names: everything else keeps the form in which
 * the engine sent it, so that what is not known yet stays unknown and secrets stay secret. Objects are merged.
 *
 * @param properties - the engine's properties (`ResourceValidationArgs.props`), which are changed and returned
 * @param known - the same properties as plain data
 */
export function applyRepair(
  properties: Properties,
  known: JudgedResource["known"],
  repair: Readonly<Properties>,
): Properties {
  for (const [key, value] of Object.entries(repair)) {
    const before = known[key];
    if (isObject(value) && isObject(before)) {
      applyRepair(properties[key] as Properties, before, value);
    } else {
      properties[key] = value;
    }
  }
  return properties;
}
