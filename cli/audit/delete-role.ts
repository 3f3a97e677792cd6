import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  type IAMClient,
  RemoveRoleFromInstanceProfileCommand,
  type RoleDetail,
} from "@aws-sdk/client-iam";

import type { Removal } from "./finding";

/** Deletes a role with its own policies; managed policies are only detached, and instance profiles emptied. */
export function deleteRole(iam: IAMClient, role: RoleDetail): Removal {
  const { RoleName } = role;
  return {
    what: `delete the role ${RoleName}`,
    run: async () => {
      for (const { InstanceProfileName } of role.InstanceProfileList ?? []) {
        await iam.send(new RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName }));
      }
      for (const { PolicyArn } of role.AttachedManagedPolicies ?? []) {
        await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
      }
      for (const { PolicyName } of role.RolePolicyList ?? []) {
        await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      }
      await iam.send(new DeleteRoleCommand({ RoleName }));
    },
  };
}
