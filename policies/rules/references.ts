import { UNKNOWN } from "../iam/unknown";
import type { JudgedResource } from "../resource";

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

/** Whether a property was computed from another resource. */
export function dependsOn(resource: JudgedResource, property: string, on: JudgedResource): boolean {
  return resource.propertyDependencies[property]?.some(({ urn }) => urn === on.urn) ?? false;
}

/** The strings by which other resources call this one. */
export function identitiesOf(resource: JudgedResource): readonly string[] {
  const names = ["name", "arn", "id", "functionName", "bucket"].map((key) => resource.known[key]);
  return names.filter((name): name is string => typeof name === "string" && name !== "");
}

/**
 * Those of `candidates` that a property refers to: by its value or, where a preview doesn't know that yet, by what it was
 * computed from.
 */
export function referredTo(
  resource: JudgedResource,
  property: string,
  candidates: readonly JudgedResource[],
): readonly JudgedResource[] {
  const value = resource.known[property];
  return candidates.filter(
    (candidate) =>
      dependsOn(resource, property, candidate) ||
      (typeof value === "string" && identitiesOf(candidate).includes(value)),
  );
}
