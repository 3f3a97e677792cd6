import type { JudgedResource, JudgedStack } from "../../resource";
import { hasUnknown, identitiesOf, mentions } from "../references";

export const ROLE = "aws:iam/role:Role";
export const INSTANCE_PROFILE = "aws:iam/instanceProfile:InstanceProfile";
export const CUSTOMER_POLICY = "aws:iam/policy:Policy";

/** What gives something to a role, by the properties that say to whom: no use of the role. */
export const ATTACHMENTS: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/rolePolicy:RolePolicy": ["role"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["role"],
  "aws:iam/policyAttachment:PolicyAttachment": ["roles"],
  "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": ["roleName"],
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": ["roleName"],
};

/** The setting of rules about roles that nothing in the stack uses. */
export interface UsedElsewhere {
  usedElsewhere: string[];
}

export const usedElsewhere = {
  type: "array",
  items: { type: "string" },
  default: [] as string[],
  description: "Names, in the program or in IAM, of roles that something outside the stack uses.",
} as const;

/** Whether the configuration says that something outside the stack uses the role. */
export function isUsedElsewhere(role: JudgedResource, config: Readonly<UsedElsewhere>): boolean {
  return [role.name, role.known["name"]].some((name) =>
    config.usedElsewhere.includes(String(name)),
  );
}

/** Who uses a role or an instance profile; `unknown` where a preview can't tell. */
export interface Usage {
  readonly used: boolean;
  /** A property that may refer to it and that a preview doesn't know yet. */
  readonly doubt?: { readonly resource: JudgedResource; readonly property: string };
}

/** Whether anything in the stack works with a role: not what is attached to it, not what only waits for it. */
export function usageOfRole(role: JudgedResource, stack: JudgedStack): Usage {
  return usage(role, stack, (resource, property) => {
    if (resource.type === INSTANCE_PROFILE && property === "role") {
      // A profile that no instance has does not count as a use either.
      return usage(resource, stack, () => true).used;
    }
    return !(ATTACHMENTS[resource.type] ?? []).includes(property);
  });
}

/** Whether anything in the stack refers to a customer managed policy. */
export function usageOfPolicy(policy: JudgedResource, stack: JudgedStack): Usage {
  return usage(policy, stack, () => true);
}

function usage(
  owner: JudgedResource,
  stack: JudgedStack,
  counts: (resource: JudgedResource, property: string) => boolean,
): Usage {
  const names = identitiesOf(owner);
  let doubt: Usage["doubt"];
  for (const resource of stack.resources) {
    if (resource.urn === owner.urn || isOrganisation(resource)) {
      continue;
    }
    for (const [property, value] of Object.entries(resource.known)) {
      const sources = resource.propertyDependencies[property] ?? [];
      const refers =
        sources.some(({ urn }) => urn === owner.urn) ||
        mentions(value, isRoleProperty(property) ? names : names.filter(isArn));
      if (refers && counts(resource, property)) {
        return { used: true };
      }
      // A value that is unknown and comes from nowhere in the stack could be anything, this role's ARN too.
      if (
        isRoleProperty(property) &&
        hasUnknown(value) &&
        sources.length === 0 &&
        counts(resource, property)
      ) {
        doubt ??= { resource, property };
      }
    }
  }
  return { used: false, doubt };
}

/** Components hand their outputs around; that is not a use. The stack's own outputs are: somebody outside reads them. */
function isOrganisation({ type }: JudgedResource): boolean {
  return (
    type.startsWith("pulumi:providers:") ||
    (!type.startsWith("aws") && !type.startsWith("pulumi:pulumi:"))
  );
}

function isArn(name: string): boolean {
  return name.startsWith("arn:");
}

function isRoleProperty(property: string): boolean {
  return /role|profile|policyArn/i.test(property);
}

/** Whether only AWS services may assume a role: one for people or other accounts is used from outside the stack. */
export function isForServices(role: JudgedResource): boolean {
  // Touches it, so that an unknown trust policy is named.
  const trust = role.properties["assumeRolePolicy"] as unknown;
  const document = typeof trust === "string" ? parsed(trust) : trust;
  return !/"(AWS|Federated|CanonicalUser)"\s*:|"Principal"\s*:\s*"\*"/.test(
    JSON.stringify(document ?? {}),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
