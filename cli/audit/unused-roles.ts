import type { IAMClient } from "@aws-sdk/client-iam";

import type { AuthorizationDetails } from "./authorization-details";
import { deleteRole } from "./delete-role";
import { daysSince, type Finding, isOlder, type Limits, unlessOwned } from "./finding";
import { ownerOf } from "./owner";

/** Roles that nobody has assumed for so long. AWS remembers the last 400 days. */
export function unusedRoleFindings(
  iam: IAMClient,
  { roles }: AuthorizationDetails,
  { unusedDays, now }: Limits,
): Finding[] {
  return roles
    .filter((role) => isOlder(role.RoleLastUsed?.LastUsedDate ?? role.CreateDate, unusedDays, now))
    .map((role): Finding => {
      const owner = ownerOf(role.Tags);
      const lastUsed = role.RoleLastUsed?.LastUsedDate;
      return {
        check: "role-unused",
        resource: role.RoleName!,
        owner,
        message:
          lastUsed === undefined
            ? `made ${daysSince(role.CreateDate ?? now, now)}, never used`
            : `last used ${daysSince(lastUsed, now)}`,
        ...unlessOwned(owner, deleteRole(iam, role)),
      };
    });
}
