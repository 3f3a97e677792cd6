import { asJson, type Mappings } from "../request-mapping";

const service = "iam";

/** Roles and their permissions. */
export const iamMappings: Mappings = {
  "aws:iam/role:Role": {
    requests: [
      {
        service,
        operation: "CreateRole",
        names: { name: "RoleName", assumeRolePolicy: asJson("AssumeRolePolicyDocument") },
      },
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    requests: [
      {
        service,
        operation: "PutRolePolicy",
        names: { name: "PolicyName", role: "RoleName", policy: asJson("PolicyDocument") },
      },
    ],
  },
  "aws:iam/policy:Policy": {
    requests: [
      {
        service,
        operation: "CreatePolicy",
        names: { name: "PolicyName", policy: asJson("PolicyDocument") },
      },
    ],
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    requests: [{ service, operation: "AttachRolePolicy", names: { role: "RoleName" } }],
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    requests: [
      {
        service,
        operation: "CreateOpenIDConnectProvider",
        names: { clientIdLists: "ClientIDList", thumbprintLists: "ThumbprintList" },
      },
    ],
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    requests: [
      {
        service,
        operation: "CreateInstanceProfile",
        leaves: ["role"],
        names: { name: "InstanceProfileName" },
      },
      {
        service,
        operation: "AddRoleToInstanceProfile",
        takes: ["name", "role"],
        names: { name: "InstanceProfileName", role: "RoleName" },
      },
    ],
  },
};
