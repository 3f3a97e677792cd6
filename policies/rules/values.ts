import { UNKNOWN } from "../iam/unknown";
import { UnknownValueError, type JudgedResource, type Wire } from "../resource";

/**
 * A property as the program declares it, in a stack check. There a resource carries its outputs: what the program left out
 * and the provider computes is not known in a preview either, but was computed from no other resource, and counts as absent.
 *
 * @throws UnknownValueError where the program gives a value that is not known yet.
 */
export function declared(resource: JudgedResource, property: string): Wire {
  if (resource.known[property] !== UNKNOWN) {
    return resource.properties[property];
  }
  if ((resource.propertyDependencies[property] ?? []).length > 0) {
    throw new UnknownValueError(resource, property);
  }
  return undefined;
}

/** Whether a value of the wire is left out. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** What a value of the wire says, JSON text read; undefined where that is not JSON. */
export function fromJson(value: Wire): Wire {
  if (typeof value !== "string") {
    return value;
  }
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** A value of the wire as a list: itself, its elements, or nothing. Providers report "" for what is left out. */
export function listOf<T>(value: T | readonly T[] | null | undefined): readonly T[] {
  if (Array.isArray(value)) {
    return value as readonly T[];
  }
  return isAbsent(value) || value === "" ? [] : [value as T];
}
