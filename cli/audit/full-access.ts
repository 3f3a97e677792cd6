import type { AttachedPolicy, PolicyDetail, Tag } from "@aws-sdk/client-iam";

import { readDocument, type Statement } from "../../policies/iam/document";
import { judge } from "../../policies/iam/judge";
import { type AuthorizationDetails, documentOf } from "./authorization-details";
import type { Finding } from "./finding";
import { ownerOf } from "./owner";

/** What users, groups and roles have in common. */
interface Holder {
  readonly Tags?: Tag[] | undefined;
  readonly AttachedManagedPolicies?: AttachedPolicy[] | undefined;
}

/**
 * Who may do everything with a service, or with everything: by what all policies of a user, group or role allow together.
 * What a boundary or an organisation takes away is not looked at.
 */
export function fullAccessFindings(details: AuthorizationDetails): Finding[] {
  const { roles, users, groups, policies } = details;
  const documents = new Map(policies.map((policy) => [policy.Arn, documentOf(policy)]));
  const find = (
    resource: string,
    { Tags, AttachedManagedPolicies = [] }: Holder,
    inline: readonly PolicyDetail[] = [],
  ): Finding[] => {
    const statements = [
      ...inline.flatMap(({ PolicyName, PolicyDocument }) =>
        statementsOf(PolicyName, decodeURIComponent(PolicyDocument ?? "")),
      ),
      ...AttachedManagedPolicies.flatMap(({ PolicyArn, PolicyName }) =>
        statementsOf(PolicyName, documents.get(PolicyArn)),
      ),
    ];
    return judge(statements, { kind: "identity" })
      .findings.filter(({ rule }) => rule === "no-full-access")
      .map(({ message }) => ({ check: "full-access", resource, owner: ownerOf(Tags), message }));
  };
  return [
    ...roles.flatMap((role) => find(`role ${role.RoleName}`, role, role.RolePolicyList)),
    ...users.flatMap((user) => find(`user ${user.UserName}`, user, user.UserPolicyList)),
    ...groups.flatMap((group) => find(`group ${group.GroupName}`, group, group.GroupPolicyList)),
  ];
}

function statementsOf(source = "", document: string | undefined): Statement[] {
  return document === undefined
    ? []
    : readDocument(document).statements.map((statement) => ({ ...statement, source }));
}
