import * as pulumi from "@pulumi/pulumi";
import type { Location } from "../location";

/** The path of the stack's roles, such as `/kennel/prod/`: no other stack's roles have it. */
export function rolePath(): string {
  return `/${pulumi.getProject()}/${pulumi.getStack()}/`;
}

/**
 * Patterns that the ARNs of the roles match which work for the stack.
 *
 * @param existing names of roles that somebody else manages; their paths are not known
 */
export function roleArns(
  { partition, accountId }: Location,
  existing: readonly string[],
): pulumi.Output<string>[] {
  const names = existing.flatMap((name) => [name, `*/${name}`]);
  return [`${rolePath().slice(1)}*`, ...names].map(
    (name) => pulumi.interpolate`arn:${partition}:iam::${accountId}:role/${name}`,
  );
}
