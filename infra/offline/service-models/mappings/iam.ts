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
