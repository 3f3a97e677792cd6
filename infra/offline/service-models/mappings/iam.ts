import { asJson, sends, type Mappings } from "../request-mapping";

const service = "iam";

/** Roles and their permissions. */
export const iamMappings: Mappings = {
  "aws:iam/role:Role": sends(service, "CreateRole", {
    name: "RoleName",
    assumeRolePolicy: asJson("AssumeRolePolicyDocument"),
  }),
  "aws:iam/rolePolicy:RolePolicy": sends(service, "PutRolePolicy", {
    name: "PolicyName",
    role: "RoleName",
    policy: asJson("PolicyDocument"),
  }),
  "aws:iam/policy:Policy": sends(service, "CreatePolicy", {
    name: "PolicyName",
    policy: asJson("PolicyDocument"),
  }),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": sends(service, "AttachRolePolicy", {
    role: "RoleName",
  }),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": sends(
    service,
    "CreateOpenIDConnectProvider",
    { clientIdLists: "ClientIDList", thumbprintLists: "ThumbprintList" },
  ),
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
