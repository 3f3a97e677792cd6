import { isObject } from "../../../infra/schema/explain";
import { KINDS_BY_SERVICE, type PolicyKind } from "../../../policies/iam/kinds";
import { managedPolicyName } from "../../../policies/iam/managed-policies";

/** One policy document under the name that its answer goes by. */
export interface NamedDocument {
  readonly id: unknown;
  /** The document as an object or as JSON text; for a managed policy, its ARN. */
  readonly document: unknown;
  /** What it is attached to, where its surroundings say so. */
  readonly kind?: PolicyKind;
}

export type Fields = Readonly<Record<string, unknown>>;

/** A list's objects; nothing where the value is not a list. */
export function objectsIn(value: unknown): Fields[] {
  return Array.isArray(value) ? value.flat().filter(isObject) : [];
}

/** Properties that hold a policy document, as CloudFormation and Terraform write them. */
const PLACES =
  /^(policy|policy_?document|assume_?role_?policy(_?document)?|key_?policy|(repository_?)?policy_?text|resource_?policy)$/i;
/** A role's, user's or group's inline policies; SAM also writes documents and names of managed policies there. */
const INLINE = /^(policies|inline_policy)$/i;
/** ARNs of the managed policies that are attached. */
const ATTACHED = /^(managed_?policy_?arns|policy_arn)$/i;

/**
 * The documents of a resource.
 *
 * @param type such as `AWS::S3::BucketPolicy` or `aws_s3_bucket_policy`
 */
export function documentsOf(id: string, type: string, properties: Fields): NamedDocument[] {
  const [, service = ""] = type.toLowerCase().split(/::|_/);
  const own = /^(iam|serverless)$/.test(service) ? "identity" : KINDS_BY_SERVICE.get(service);
  // ECR's lifecycle policies say which images expire.
  if (own === undefined || /lifecycle/i.test(type)) {
    return [];
  }
  return Object.entries(properties).flatMap(([property, value]): NamedDocument[] => {
    if (INLINE.test(property)) {
      return [value].flat().flatMap((policy, index) => {
        const held =
          typeof policy === "string" && service === "serverless"
            ? { managed_policy_arns: policy.replace(/^(?!arn:)/, "arn:aws:iam::aws:policy/") }
            : isObject(policy) && "Statement" in policy
              ? { policy }
              : Object(policy);
        return documentsOf("", type, held as Fields).map((each) => ({
          ...each,
          id: `${id}.${property}[${index}]`,
        }));
      });
    }
    if (ATTACHED.test(property)) {
      const arns = [value].flat().filter((arn) => managedPolicyName(String(arn)) !== undefined);
      return arns.map((arn) => ({ id: `${id}.${property}: ${arn}`, document: arn }));
    }
    if (!PLACES.test(property) || value === undefined || value === null || value === "") {
      return [];
    }
    const kind = /^assume/i.test(property) ? "trust" : own;
    return [{ id: `${id}.${property}`, document: value, kind }];
  });
}
