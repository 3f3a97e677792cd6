import { type PolicyDetail, type AttachedPolicy } from "@aws-sdk/client-iam";

import { readDocument, type Statement } from "../../policies/iam/document";
import { judge } from "../../policies/iam/judge";
import { type AuthorizationDetails, documentOf } from "./authorization-details";
import type { Finding } from "./finding";
import { ownerOf } from "./owner";

/** A user, group or role with everything that is attached to it. */
interface Holder {
  readonly kind: "user" | "group" | "role";
  readonly name: string;
  readonly owner: string | null;
  readonly inline: readonly PolicyDetail[];
  readonly attached: readonly AttachedPolicy[];
}

/**
 * Who may do everything with a service, or with everything: by what all policies of a user, group or role allow together.
 * What a boundary or an organisation takes away is not looked at.
 */
export function fullAccessFindings(details: AuthorizationDetails): Finding[] {
  const documents = new Map(details.policies.map((policy) => [policy.Arn, documentOf(policy)]));
  return holdersOf(details).flatMap((holder) => {
    const statements = [
      ...holder.inline.flatMap(({ PolicyName, PolicyDocument }) =>
        statementsOf(PolicyName ?? "", decodeURIComponent(PolicyDocument ?? "")),
      ),
      ...holder.attached.flatMap(({ PolicyArn, PolicyName }) =>
        statementsOf(PolicyName ?? "", documents.get(PolicyArn)),
      ),
    ];
    const { findings } = judge(statements, { kind: "identity" });
    return findings
      .filter(({ rule }) => rule === "no-full-access")
      .map(({ message }): Finding => ({
        check: "full-access",
        resource: `${holder.kind} ${holder.name}`,
        owner: holder.owner,
        message,
      }));
  });
}

function holdersOf({ roles, users, groups }: AuthorizationDetails): Holder[] {
  return [
    ...roles.map((role): Holder => ({
      kind: "role",
      name: role.RoleName!,
      owner: ownerOf(role.Tags),
      inline: role.RolePolicyList ?? [],
      attached: role.AttachedManagedPolicies ?? [],
    })),
    ...users.map((user): Holder => ({
      kind: "user",
      name: user.UserName!,
      owner: ownerOf(user.Tags),
      inline: user.UserPolicyList ?? [],
      attached: user.AttachedManagedPolicies ?? [],
    })),
    ...groups.map((group): Holder => ({
      kind: "group",
      name: group.GroupName!,
      owner: null,
      inline: group.GroupPolicyList ?? [],
      attached: group.AttachedManagedPolicies ?? [],
    })),
  ];
}

function statementsOf(source: string, document: string | undefined): Statement[] {
  return document === undefined
    ? []
    : readDocument(document).statements.map((statement) => ({ ...statement, source }));
}
