import type { JudgedResource, JudgedStack } from "../../resource";
import { identitiesOf, refersTo } from "../references";
import { FUNCTION } from "./types";

/** The function that a property names: by name, ARN (with or without a qualifier), or reference. */
export function functionOf(
  resource: JudgedResource,
  property: string,
  stack: JudgedStack,
): JudgedResource | undefined {
  const functions = stack.ofType(FUNCTION);
  const value = resource.known[property];
  const name = typeof value === "string" ? functionName(value) : undefined;
  return (
    functions.find((candidate) => name !== undefined && identitiesOf(candidate).includes(name)) ??
    functions.find((candidate) => refersTo(resource, property, candidate))
  );
}

/** The bare name in a function's name, partial ARN or ARN, each of which may end in a version or an alias. */
export function functionName(reference: string): string {
  const [, name] = /(?:^|:)function:([^:]+)/.exec(reference) ?? [];
  return name ?? reference.split(":")[0]!;
}
