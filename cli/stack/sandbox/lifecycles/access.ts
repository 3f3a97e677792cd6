import { asJson } from "../../../../infra/offline/service-models/request-mapping";
import type { Lifecycles } from "../lifecycle";

/** Roles, keys and APIs. */
export const accessLifecycles: Lifecycles = {
  "aws:iam/role:Role": {
    updates: [
      {
        operation: "UpdateAssumeRolePolicy",
        takes: ["name", "assumeRolePolicy"],
        names: { name: "RoleName", assumeRolePolicy: asJson("PolicyDocument") },
      },
      {
        operation: "UpdateRole",
        takes: ["name", "description", "maxSessionDuration"],
        names: { name: "RoleName" },
      },
    ],
    deletes: { DeleteRole: ({ id }) => ({ RoleName: id }) },
    checks: { GetRole: ({ id }) => ({ RoleName: id }) },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    updates: "again",
    deletes: { DeleteRolePolicy: ({ role, name }) => ({ RoleName: role, PolicyName: name }) },
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    deletes: {
      RemoveRoleFromInstanceProfile: ({ id, role }) => ({
        InstanceProfileName: id,
        RoleName: role,
      }),
      DeleteInstanceProfile: ({ id }) => ({ InstanceProfileName: id }),
    },
  },
  "aws:kms/key:Key": {
    notAtCreation: "ScheduleKeyDeletion",
    updates: [
      {
        operation: "PutKeyPolicy",
        takes: ["keyId", "policy"],
        names: { policy: asJson("Policy") },
      },
    ],
    reads: ({ KeyMetadata }) => {
      const { KeyId, Arn } = (KeyMetadata ?? {}) as Record<string, string>;
      return { id: KeyId, keyId: KeyId, arn: Arn };
    },
    deletes: { ScheduleKeyDeletion: ({ id }) => ({ KeyId: id, PendingWindowInDays: 7 }) },
  },
  "aws:kms/alias:Alias": { deletes: { DeleteAlias: ({ id }) => ({ AliasName: id }) } },
  "aws:apigatewayv2/api:Api": {
    reads: ({ ApiId, ApiEndpoint }) => ({ id: ApiId, apiEndpoint: ApiEndpoint }),
    deletes: { DeleteApi: ({ id }) => ({ ApiId: id }) },
  },
  // These go with their API.
  "aws:apigatewayv2/integration:Integration": {
    reads: ({ IntegrationId }) => ({ id: IntegrationId }),
  },
  "aws:apigatewayv2/route:Route": { reads: ({ RouteId }) => ({ id: RouteId }) },
  "aws:apigatewayv2/stage:Stage": {},
};
