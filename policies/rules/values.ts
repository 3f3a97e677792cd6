import { UNKNOWN } from "../iam/unknown";
import { UnknownValueError, type JudgedResource } from "../resource";

/**
 * A property as the program declares it, in a stack check. There a resource carries its outputs: what the program left out
 * and the provider computes is not known in a preview either, but was computed from no other resource, and counts as absent.
 *
 * @throws UnknownValueError where the program gives a value that is not known yet.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes over the wire has no static type
export function declared(resource: JudgedResource, property: string): any {
  if (resource.known[property] !== UNKNOWN) {
    return resource.properties[property];
  }
  if ((resource.propertyDependencies[property] ?? []).length > 0) {
    throw new UnknownValueError(resource.urn, property);
  }
  return undefined;
}

/** Whether a value of the wire is left out. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** A value of the wire as a list: itself, its elements, or nothing. */
export function listOf<T>(value: T | readonly T[] | null | undefined): readonly T[] {
  if (isAbsent(value)) {
    return [];
  }
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
