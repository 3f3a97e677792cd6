import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { trust, type ServicePrincipal } from "../../iam/documents";
import { rolePath } from "../../iam/roles";
import { trusts } from "../../iam/trust";
import type { Location } from "../../location";
import { Refusal } from "../../refusal";
import type { RoleConfig } from "../../schema/role";

/** What a role may do, and the name of the resource that says so. */
export interface RolePermissions {
  /** Name of the inline policy's resource. */
  readonly resourceName: string;
  /**
   * Name of the inline policy in IAM.
   * @default generated
   */
  readonly policyName?: string;
  readonly policy: aws.iam.PolicyDocument;
}

export interface ServiceRoleArgs {
  /** The service that takes the role. */
  readonly service: ServicePrincipal;
  /** Account and region of the stack. */
  readonly location: Location;
  /** What the role is for, in one line. */
  readonly description: string;
  /** What it may do. */
  readonly permissions: readonly RolePermissions[];
  /**
   * A role to use instead of creating one.
   * @default created
   */
  readonly settings?: RoleConfig | undefined;
}

/** Inline policies that the owner of a role has to add to it. */
export interface PermissionsToGrant {
  /** The role's name. */
  readonly role: string;
  /** The documents, by a name for each. */
  readonly policies: Readonly<Record<string, aws.iam.PolicyDocument>>;
}

/** A role that a service takes, created here or somebody else's. */
export interface ServiceRole {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** The role itself; absent where it is somebody else's. */
  readonly resource?: aws.iam.Role;
  /** What is to be waited for before the role is used. */
  readonly ready: readonly pulumi.Resource[];
  /** What is left to the role's owner; nothing where the stack grants everything itself. */
  readonly toGrant: readonly PermissionsToGrant[];
}

/** Services that say for which account they act; Lambda and EC2 take roles of their own account only. */
const sendsSourceAccount: ReadonlySet<ServicePrincipal> = new Set(["sagemaker.amazonaws.com"]);

/**
 * Gives a service a role with exactly the given permissions, or looks up the existing one that is configured.
 *
 * An existing role stays as it is: nothing is attached to it unless `attach` says so, and a role that does not trust the
 * service is refused, because what uses it could never start.
 *
 * @param name name of the role's resource
 */
export function serviceRole(
  name: string,
  args: ServiceRoleArgs,
  options: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource },
): ServiceRole {
  const { settings, service, location } = args;
  if (settings !== undefined) {
    return existingRole(settings, args, options.parent);
  }
  const role = new aws.iam.Role(
    name,
    {
      path: rolePath(),
      description: args.description,
      assumeRolePolicy: trust(
        service,
        sendsSourceAccount.has(service) ? location.accountId : undefined,
      ),
    },
    options,
  );
  const ready = attach(args.permissions, role.name, role);
  return { arn: role.arn, name: role.name, resource: role, ready, toGrant: [] };
}

function existingRole(
  { existing, attach: attached }: RoleConfig,
  { service, permissions }: ServiceRoleArgs,
  parent: pulumi.Resource,
): ServiceRole {
  const found = aws.iam.getRoleOutput({ name: existing }, { parent });
  const arn = pulumi.all([found.arn, found.assumeRolePolicy]).apply(([roleArn, trustPolicy]) => {
    // The mocks of another program's unit test may answer nothing.
    if (trustPolicy && !trusts(trustPolicy, service)) {
      throw new Refusal(
        `The role ${existing} can't be used: its trust policy does not allow ${service} to take it. ` +
          "Add the service to the trust policy, or take another role.",
      );
    }
    return roleArn;
  });
  const role = { arn, name: pulumi.output(existing) };
  if (attached) {
    return { ...role, ready: attach(permissions, existing, parent), toGrant: [] };
  }
  const policies = Object.fromEntries(
    permissions.map(({ resourceName, policy }) => [resourceName, policy]),
  );
  return { ...role, ready: [], toGrant: [{ role: existing, policies }] };
}

function attach(
  permissions: readonly RolePermissions[],
  role: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.iam.RolePolicy[] {
  return permissions.map(
    ({ resourceName, policyName, policy }) =>
      new aws.iam.RolePolicy(resourceName, { name: policyName, role, policy }, { parent }),
  );
}

/** All that is left to the owners of roles, by role and policy; a role that has several tasks gets a policy for each. */
export function permissionsByRole(
  users: readonly ({ readonly toGrant?: readonly PermissionsToGrant[] } | undefined)[],
): Record<string, Record<string, aws.iam.PolicyDocument>> {
  const byRole: Record<string, Record<string, aws.iam.PolicyDocument>> = {};
  for (const { role, policies } of users.flatMap((user) => user?.toGrant ?? [])) {
    byRole[role] = { ...byRole[role], ...policies };
  }
  return byRole;
}
