import {
  type GetAccountAuthorizationDetailsCommandOutput,
  type GroupDetail,
  type IAMClient,
  type ManagedPolicyDetail,
  paginateGetAccountAuthorizationDetails,
  type RoleDetail,
  type UserDetail,
} from "@aws-sdk/client-iam";

/** Who there is in an account, and every policy that is attached to somebody or the account's own. */
export interface AuthorizationDetails {
  readonly roles: readonly RoleDetail[];
  readonly users: readonly UserDetail[];
  readonly groups: readonly GroupDetail[];
  readonly policies: readonly ManagedPolicyDetail[];
}

/** Roles that AWS makes for its services: nobody else can change or assume them. */
const SERVICE_LINKED = "/aws-service-role/";

/** Reads a whole account in a few requests; roles that AWS keeps for itself are left out. */
export async function authorizationDetails(iam: IAMClient): Promise<AuthorizationDetails> {
  const pages: GetAccountAuthorizationDetailsCommandOutput[] = [];
  for await (const page of paginateGetAccountAuthorizationDetails({ client: iam }, {})) {
    pages.push(page);
  }
  const roles = pages.flatMap(({ RoleDetailList = [] }) => RoleDetailList);
  return {
    roles: roles.filter(({ Path }) => Path?.startsWith(SERVICE_LINKED) !== true),
    users: pages.flatMap(({ UserDetailList = [] }) => UserDetailList),
    groups: pages.flatMap(({ GroupDetailList = [] }) => GroupDetailList),
    policies: pages.flatMap(({ Policies = [] }) => Policies),
  };
}

/** The document that a managed policy has now. */
export function documentOf({ PolicyVersionList }: ManagedPolicyDetail): string | undefined {
  const current = PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion === true);
  return current?.Document && decodeURIComponent(current.Document);
}
