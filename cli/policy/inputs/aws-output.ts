import { isObject } from "../../../infra/schema/explain";
import type { PolicyKind } from "../../../policies/iam/kinds";
import { type Fields, type NamedDocument, objectsIn } from "./named-document";

/** Where `aws … get-…` prints one document. S3, KMS and Lambda print `Policy`: what the document says tells them apart. */
const PLACES: readonly (readonly [path: readonly string[], kind?: PolicyKind])[] = [
  [["PolicyVersion", "Document"], "identity"],
  [["PolicyDocument"], "identity"],
  [["Role", "AssumeRolePolicyDocument"], "trust"],
  [["policyText"], "repository"],
  [["ResourcePolicy"], "secret"],
  [["Attributes", "Policy"]],
  [["Policy"]],
];

/**
 * The documents in what `aws … get-…` prints: one policy of IAM, a resource's policy, or a whole account
 * (`aws iam get-account-authorization-details`). Undefined where the value is none of these.
 */
export function documentsOfAwsOutput(value: Fields, id: string): NamedDocument[] | undefined {
  if ("RoleDetailList" in value || "UserDetailList" in value || "GroupDetailList" in value) {
    return accountDocuments(value, id);
  }
  for (const [path, kind = attributesKind(value)] of PLACES) {
    const document = path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
    // `get-policy` prints a policy without its document.
    if (document !== undefined && !(path[0] === "Policy" && isObject(document))) {
      return [{ id, document, ...(kind !== undefined && { kind }) }];
    }
  }
  return undefined;
}

/** SNS and SQS print attributes. */
function attributesKind({ Attributes }: Fields): PolicyKind | undefined {
  return isObject(Attributes) ? ("TopicArn" in Attributes ? "topic" : "queue") : undefined;
}

/** Each policy of an account: of its users, groups and roles, and the default version of its own managed policies. */
function accountDocuments(value: Fields, file: string): NamedDocument[] {
  const holders = ["User", "Group", "Role"].flatMap((kind) =>
    objectsIn(value[`${kind}DetailList`]).flatMap((holder): NamedDocument[] => {
      const id = `${file}: ${kind} ${name(holder, `${kind}Name`)}`;
      const trust = holder["AssumeRolePolicyDocument"];
      return [
        ...objectsIn(holder[`${kind}PolicyList`]).map((policy): NamedDocument => ({
          ...{ id: `${id}, ${name(policy, "PolicyName")}`, document: policy["PolicyDocument"] },
          kind: "identity",
        })),
        ...(kind === "Role"
          ? [{ id: `${id}, trust policy`, document: trust, kind: "trust" } as const]
          : []),
      ];
    }),
  );
  const managed = objectsIn(value["Policies"]).flatMap((policy) =>
    objectsIn(policy["PolicyVersionList"])
      .filter((version) => version["IsDefaultVersion"] === true)
      .map((version): NamedDocument => ({
        ...{ id: `${file}: Policy ${name(policy, "PolicyName")}`, document: version["Document"] },
        kind: "identity",
      })),
  );
  return [...holders, ...managed];
}

function name(entity: Fields, key: string): string {
  return String(entity[key] ?? "without a name");
}
