import type { JudgedResource } from "../resource";
import { listOf } from "./values";

/** Whether a property was computed from another resource. */
export function dependsOn(resource: JudgedResource, property: string, on: JudgedResource): boolean {
  return resource.propertyDependencies[property]?.some(({ urn }) => urn === on.urn) ?? false;
}

/** The strings by which other resources call this one. */
export function identitiesOf(resource: JudgedResource): readonly string[] {
  const names = ["name", "arn", "id", "functionName", "bucket"].map((key) => resource.known[key]);
  return names.filter((name): name is string => typeof name === "string" && name !== "");
}

/** Whether a property was computed from a resource, or holds a string by which it is called. */
export function refersTo(resource: JudgedResource, property: string, to: JudgedResource): boolean {
  const isIdentity = (value: unknown): boolean =>
    typeof value === "string" && identitiesOf(to).includes(value);
  return dependsOn(resource, property, to) || listOf(resource.known[property]).some(isIdentity);
}
