import { isObject } from "../../../infra/schema/explain";
import type { PolicyKind } from "../../../policies/iam/kinds";
import { type Fields, fieldsOf, type NamedDocument } from "./named-document";

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

/** The document in what `aws … get-…` prints: a policy of IAM or of a resource. Undefined where the value is neither. */
export function documentOfAwsOutput(value: Fields, id: string): NamedDocument | undefined {
  for (const [path, kind = attributesKind(value)] of PLACES) {
    const document = path.reduce<unknown>((at, key) => fieldsOf(at)[key], value);
    // `get-policy` prints a policy without its document.
    if (document !== undefined && !(path[0] === "Policy" && isObject(document))) {
      return { id, document, ...(kind !== undefined && { kind }) };
    }
  }
  return undefined;
}

/** SNS and SQS print attributes. */
function attributesKind({ Attributes }: Fields): PolicyKind | undefined {
  return isObject(Attributes) ? ("TopicArn" in Attributes ? "topic" : "queue") : undefined;
}
