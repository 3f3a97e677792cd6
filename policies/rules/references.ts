import type { JudgedResource } from "../resource";

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
