import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";

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
  const sources = new Set((resource.propertyDependencies[property] ?? []).map(({ urn }) => urn));
  return candidates.filter(
    (candidate) =>
      sources.has(candidate.urn) ||
      (typeof value === "string" && identitiesOf(candidate).includes(value)),
  );
}

/** Whether any part of a value is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) {
    return true;
  }
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/** Whether `value` holds one of `names` anywhere: as a whole string or, an ARN, within one. */
export function mentions(value: unknown, names: readonly string[]): boolean {
  if (typeof value === "string") {
    return names.some(
      (name) => value === name || (name.startsWith("arn:") && value.includes(name)),
    );
  }
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).some((part) => mentions(part, names))
  );
}
