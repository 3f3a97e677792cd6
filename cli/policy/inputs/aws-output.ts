import type { PolicyKind } from "../../../policies/iam/kinds";
import { type Fields, isFields, type NamedDocument, objectsIn } from "./named-document";

/**
 * The documents in what `aws … get-…` prints: one policy of IAM, a resource's policy, or a whole account
 * (`aws iam get-account-authorization-details`). Undefined where the value is none of these.
 */
export function documentsOfAwsOutput(value: Fields, id: string): NamedDocument[] | undefined {
  if ("RoleDetailList" in value || "UserDetailList" in value || "GroupDetailList" in value) {
    return accountDocuments(value, id);
  }
  if (isFields(value["PolicyVersion"])) {
    return [{ id, document: value["PolicyVersion"]["Document"], kind: "identity" }];
  }
  if ("PolicyDocument" in value) {
    return [{ id, document: value["PolicyDocument"], kind: "identity" }];
  }
  if (isFields(value["Role"]) && "AssumeRolePolicyDocument" in value["Role"]) {
    return [{ id, document: value["Role"]["AssumeRolePolicyDocument"], kind: "trust" }];
  }
  const resourcePolicy = resourcePolicyIn(value);
  return resourcePolicy && [{ id, ...resourcePolicy }];
}

/** Each policy of an account: of its users, groups and roles, and the default version of its own managed policies. */
function accountDocuments(value: Fields, id: string): NamedDocument[] {
  const inline = (entity: Fields, kind: string): NamedDocument[] =>
    objectsIn(entity[`${kind}PolicyList`]).map((policy) => ({
      id: `${id}: ${kind} ${name(entity, `${kind}Name`)}, ${name(policy, "PolicyName")}`,
      document: policy["PolicyDocument"],
      kind: "identity",
    }));
  const roles = objectsIn(value["RoleDetailList"]);
  return [
    ...objectsIn(value["UserDetailList"]).flatMap((user) => inline(user, "User")),
    ...objectsIn(value["GroupDetailList"]).flatMap((group) => inline(group, "Group")),
    ...roles.flatMap((role) => inline(role, "Role")),
    ...roles.map((role): NamedDocument => ({
      id: `${id}: Role ${name(role, "RoleName")}, trust policy`,
      document: role["AssumeRolePolicyDocument"],
      kind: "trust",
    })),
    ...objectsIn(value["Policies"]).flatMap((policy) =>
      objectsIn(policy["PolicyVersionList"])
        .filter((version) => version["IsDefaultVersion"] === true)
        .map((version): NamedDocument => ({
          id: `${id}: Policy ${name(policy, "PolicyName")}`,
          document: version["Document"],
          kind: "identity",
        })),
    ),
  ];
}

function name(entity: Fields, key: string): string {
  return String(entity[key] ?? "without a name");
}

/** Policies of resources come as text, under a key that differs by service. */
function resourcePolicyIn(
  value: Fields,
): { readonly document: unknown; readonly kind?: PolicyKind } | undefined {
  if (typeof value["policyText"] === "string") {
    return { document: value["policyText"], kind: "repository" };
  }
  if (typeof value["ResourcePolicy"] === "string") {
    return { document: value["ResourcePolicy"], kind: "secret" };
  }
  const { Attributes } = value;
  if (isFields(Attributes) && typeof Attributes["Policy"] === "string") {
    const isTopic = "TopicArn" in Attributes;
    return { document: Attributes["Policy"], kind: isTopic ? "topic" : "queue" };
  }
  if (typeof value["Policy"] === "string") {
    // S3, KMS and Lambda print the same shape: what the document says tells them apart.
    return { document: value["Policy"] };
  }
  return undefined;
}
