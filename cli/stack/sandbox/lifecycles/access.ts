import { asJson } from "../../../../infra/offline/service-models/request-mapping";
import type { Lifecycle } from "../lifecycle";

/** Roles, keys and APIs. */
export const accessLifecycles: Readonly<Record<string, Lifecycle>> = {
  "aws:iam/role:Role": {
    updates: [
      {
        service: "iam",
        operation: "UpdateAssumeRolePolicy",
        takes: ["name", "assumeRolePolicy"],
        names: { name: "RoleName", assumeRolePolicy: asJson("PolicyDocument") },
      },
      {
        service: "iam",
        operation: "UpdateRole",
        takes: ["name", "description", "maxSessionDuration"],
        names: { name: "RoleName" },
      },
    ],
    deletes: ({ id }) => [{ service: "iam", operation: "DeleteRole", request: { RoleName: id } }],
    checks: {
      asks: ({ id }) => ({ service: "iam", operation: "GetRole", request: { RoleName: id } }),
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    updates: "again",
    deletes: ({ outputs: { role, name } }) => [
      {
        service: "iam",
        operation: "DeleteRolePolicy",
        request: { RoleName: role, PolicyName: name },
      },
    ],
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    deletes: ({ id, outputs: { role } }) => [
      {
        service: "iam",
        operation: "RemoveRoleFromInstanceProfile",
        request: { InstanceProfileName: id, RoleName: role },
      },
      {
        service: "iam",
        operation: "DeleteInstanceProfile",
        request: { InstanceProfileName: id },
      },
    ],
  },
  "aws:kms/key:Key": {
    notAtCreation: ["ScheduleKeyDeletion"],
    updates: [
      {
        service: "kms",
        operation: "PutKeyPolicy",
        takes: ["keyId", "policy"],
        names: { policy: asJson("Policy") },
      },
    ],
    reads: ({ KeyMetadata }) => {
      const { KeyId, Arn } = (KeyMetadata ?? {}) as Record<string, string>;
      return KeyId === undefined ? {} : { id: KeyId, keyId: KeyId, arn: Arn };
    },
    deletes: ({ id }) => [
      {
        service: "kms",
        operation: "ScheduleKeyDeletion",
        request: { KeyId: id, PendingWindowInDays: 7 },
      },
    ],
  },
  "aws:kms/alias:Alias": {
    deletes: ({ id }) => [{ service: "kms", operation: "DeleteAlias", request: { AliasName: id } }],
  },
  "aws:apigatewayv2/api:Api": {
    reads: ({ ApiId, ApiEndpoint }) => ({ id: String(ApiId), apiEndpoint: ApiEndpoint }),
    deletes: ({ id }) => [
      { service: "apigatewayv2", operation: "DeleteApi", request: { ApiId: id } },
    ],
  },
  // These go with their API.
  "aws:apigatewayv2/integration:Integration": {
    reads: ({ IntegrationId }) => ({ id: String(IntegrationId) }),
  },
  "aws:apigatewayv2/route:Route": { reads: ({ RouteId }) => ({ id: String(RouteId) }) },
  "aws:apigatewayv2/stage:Stage": {},
};
