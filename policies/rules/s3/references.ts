import { UNKNOWN } from "../../iam/unknown";
import { UnknownValueError, type JudgedResource } from "../../resource";

/** How resources of two types belong together: the one names the other. */
export interface Link {
  /** The property of the resource that refers, such as `bucket` of a bucket's policy. */
  readonly from: string;
  /** The property with the name of the resource referred to, such as `bucket` of a bucket. */
  readonly to: string;
}

/** What stands with a resource, and what a preview can't tell apart yet. */
export interface Attached {
  readonly found: readonly JudgedResource[];
  /** Those whose target is not known yet and is none of this stack's resources, as far as can be seen. */
  readonly unclear: readonly JudgedResource[];
}

/**
 * The candidates that belong to `target`, which is one of `targets`: by the same known name, or by what their property was
 * computed from. A known name that another of the targets has decides against the latter.
 */
export function attachedTo(
  target: JudgedResource,
  targets: readonly JudgedResource[],
  candidates: readonly JudgedResource[],
  link: Link,
): Attached {
  const found = candidates.filter((candidate) => refersTo(candidate, target, targets, link));
  const unclear = candidates.filter(
    (candidate) =>
      candidate.known[link.from] === UNKNOWN &&
      !targets.some((each) => dependsOn(candidate, link.from, each)),
  );
  return { found, unclear };
}

function refersTo(
  candidate: JudgedResource,
  target: JudgedResource,
  targets: readonly JudgedResource[],
  { from, to }: Link,
): boolean {
  const name = candidate.known[from];
  const hasName = (each: JudgedResource): boolean =>
    typeof name === "string" && each.known[to] === name;
  return (
    hasName(target) ||
    (dependsOn(candidate, from, target) &&
      !targets.some((each) => each !== target && hasName(each)))
  );
}

function dependsOn(resource: JudgedResource, property: string, on: JudgedResource): boolean {
  return resource.propertyDependencies[property]?.some(({ urn }) => urn === on.urn) ?? false;
}

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
