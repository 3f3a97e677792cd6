import type { Rule } from "./rule";
import { invokeEndpointScope } from "./rules/iam/invoke-endpoint-scope";
import { noFullAccess } from "./rules/iam/no-full-access";
import { noPrivilegeEscalation } from "./rules/iam/no-privilege-escalation";
import { noPublicResourcePolicy } from "./rules/iam/no-public-resource-policy";
import { passRoleScope } from "./rules/iam/pass-role-scope";
import { readablePolicyDocument } from "./rules/iam/readable-policy-document";
import { resourcePolicySource } from "./rules/iam/resource-policy-source";
import { roleTrustScope } from "./rules/iam/role-trust-scope";
import { roleTrustSource } from "./rules/iam/role-trust-source";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [
  noFullAccess,
  invokeEndpointScope,
  passRoleScope,
  noPrivilegeEscalation,
  readablePolicyDocument,
  roleTrustScope,
  roleTrustSource,
  noPublicResourcePolicy,
  resourcePolicySource,
];
