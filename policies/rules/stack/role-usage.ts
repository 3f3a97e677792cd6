import { namingProperties } from "../../documents";
import { UNKNOWN } from "../../iam/unknown";
import { memoized } from "../../memoized";
import type { JudgedResource, JudgedStack } from "../../resource";
import { dependsOn, identitiesOf } from "../references";

export const INSTANCE_PROFILE = "aws:iam/instanceProfile:InstanceProfile";

/** Who uses a role or a policy; `doubt` where a preview can't tell. */
export interface Usage {
  readonly used: boolean;
  /** A property that may refer to it and that a preview doesn't know yet. */
  readonly doubt?: Reference;
}

/** A property by which a resource may refer to a role or a policy. */
interface Reference {
  readonly resource: JudgedResource;
  readonly property: string;
  readonly texts: readonly string[];
  readonly isUnknown: boolean;
  /** Whether it is an output of the stack that a preview doesn't know yet: very likely what refers to it. */
  readonly isUnknownOutput: boolean;
}

/** Whether anything in the stack works with a role: not what is attached to it, not what only waits for it. */
export function usageOfRole(role: JudgedResource, stack: JudgedStack): Usage {
  return usage(role, stack, ({ resource, property }) =>
    resource.type === INSTANCE_PROFILE && property === "role"
      ? // A profile that no instance has does not count as a use either.
        usage(resource, stack).used
      : // What IAM attaches to a role.
        !(resource.type.startsWith("aws:iam/") && namingProperties("role").includes(property)),
  );
}

/** Whether anything in the stack refers to a customer managed policy, or whatever else. */
export function usage(
  owner: JudgedResource,
  stack: JudgedStack,
  counts: (reference: Reference) => boolean = () => true,
): Usage {
  const names = identitiesOf(owner);
  const arns = names.filter((name) => name.startsWith("arn:"));
  const others = references(stack).filter(({ resource }) => resource.urn !== owner.urn);
  const used = others.some(
    (reference) =>
      reference.isUnknownOutput ||
      ((dependsOn(reference.resource, reference.property, owner) ||
        reference.texts.some(
          (text) =>
            arns.some((arn) => text.includes(arn)) ||
            (isRoleProperty(reference.property) && names.includes(text)),
        )) &&
        counts(reference)),
  );
  // A value that is unknown and comes from nowhere in the stack could be anything, this role's ARN too.
  const doubt = used
    ? undefined
    : others.find((reference) => reference.isUnknown && counts(reference));
  return { used, doubt };
}

/**
 * Components hand their outputs around; that is not a use. The stack's own outputs are: somebody outside reads them.
 */
const references = memoized((stack: JudgedStack): readonly Reference[] =>
  stack.resources
    .filter(({ type }) => type.startsWith("aws") || type.startsWith("pulumi:pulumi:"))
    .flatMap((resource) =>
      Object.entries(resource.known).map(([property, value]) => {
        const leaves = leavesOf(value);
        const isUnknown = leaves.includes(UNKNOWN);
        return {
          resource,
          property,
          texts: leaves.filter((leaf) => typeof leaf === "string"),
          isUnknown:
            isRoleProperty(property) &&
            isUnknown &&
            (resource.propertyDependencies[property] ?? []).length === 0,
          isUnknownOutput: isUnknown && resource.type === "pulumi:pulumi:Stack",
        };
      }),
    ),
);

function leavesOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap(leavesOf)
    : [value];
}

function isRoleProperty(property: string): boolean {
  return /role|profile|policyArn/i.test(property);
}
