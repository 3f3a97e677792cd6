import { readDocument, type PolicyDocument } from "./iam/document";
import type { PolicyKind } from "./iam/kinds";
import { UNKNOWN } from "./iam/unknown";
import type { JudgedResource } from "./resource";

/** A policy document that a resource holds. */
export interface HeldDocument {
  /** The property it stands in, such as `policy` or `inlinePolicies[0].policy`. */
  readonly path: string;
  readonly document: PolicyDocument;
  /** The document as the program gave it. */
  readonly written: unknown;
  /** What it is attached to. */
  readonly kind: PolicyKind;
  /** The properties' paths that are not known yet, such as `policy.Statement[0].Resource`. */
  readonly unknown: readonly string[];
}

/** A managed policy that a resource attaches, by its ARN. */
export interface AttachedPolicy {
  readonly path: string;
  /** Undefined where it is not known yet. */
  readonly arn: string | undefined;
}

const ROLE = "aws:iam/role:Role";

/** Where identity policies stand: what their holder may do. */
const IDENTITY_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/rolePolicy:RolePolicy": ["policy"],
  "aws:iam/policy:Policy": ["policy"],
  "aws:iam/userPolicy:UserPolicy": ["policy"],
  "aws:iam/groupPolicy:GroupPolicy": ["policy"],
  "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": ["inlinePolicy"],
  "aws-native:iam:RolePolicy": ["policyDocument"],
  "aws-native:iam:UserPolicy": ["policyDocument"],
  "aws-native:iam:GroupPolicy": ["policyDocument"],
  "aws-native:iam:ManagedPolicy": ["policyDocument"],
};

/** Where inline policies stand in a list, and what the document is called there. */
const INLINE_LISTS: Readonly<Record<string, readonly [list: string, document: string]>> = {
  [ROLE]: ["inlinePolicies", "policy"],
  "aws-native:iam:Role": ["policies", "policyDocument"],
  "aws-native:iam:User": ["policies", "policyDocument"],
  "aws-native:iam:Group": ["policies", "policyDocument"],
};

/** Where a role says who may assume it. */
const TRUST_PROPERTIES: Readonly<Record<string, string>> = {
  [ROLE]: "assumeRolePolicy",
  "aws-native:iam:Role": "assumeRolePolicyDocument",
};

/** Where managed policies are attached: the property with one ARN or a list of them. */
const ATTACHING_PROPERTIES: Readonly<Record<string, string>> = {
  [ROLE]: "managedPolicyArns",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
  "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
  "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
  "aws-native:iam:Role": "managedPolicyArns",
  "aws-native:iam:User": "managedPolicyArns",
  "aws-native:iam:Group": "managedPolicyArns",
};

/** Where a resource says who may use it, and what the resource is. */
const RESOURCE_POLICY_PROPERTIES: Readonly<Record<string, readonly [string, PolicyKind]>> = {
  "aws:s3/bucketPolicy:BucketPolicy": ["policy", "bucket"],
  "aws:s3/bucket:Bucket": ["policy", "bucket"],
  "aws:s3/bucketV2:BucketV2": ["policy", "bucket"],
  "aws:ecr/repositoryPolicy:RepositoryPolicy": ["policy", "repository"],
  "aws:ecr/registryPolicy:RegistryPolicy": ["policy", "repository"],
  "aws:kms/key:Key": ["policy", "key"],
  "aws:kms/keyPolicy:KeyPolicy": ["policy", "key"],
  "aws:sns/topic:Topic": ["policy", "topic"],
  "aws:sns/topicPolicy:TopicPolicy": ["policy", "topic"],
  "aws:sqs/queue:Queue": ["policy", "queue"],
  "aws:sqs/queuePolicy:QueuePolicy": ["policy", "queue"],
  "aws:secretsmanager/secret:Secret": ["policy", "secret"],
  "aws:secretsmanager/secretPolicy:SecretPolicy": ["policy", "secret"],
  "aws-native:s3:BucketPolicy": ["policyDocument", "bucket"],
  "aws-native:ecr:Repository": ["repositoryPolicyText", "repository"],
  "aws-native:kms:Key": ["keyPolicy", "key"],
  "aws-native:sqs:QueuePolicy": ["policyDocument", "queue"],
  "aws-native:sns:TopicPolicy": ["policyDocument", "topic"],
};

/** The types whose documents say what their holder may do. */
export const IDENTITY_TYPES: readonly string[] = [
  ...Object.keys(IDENTITY_PROPERTIES),
  ...Object.keys(INLINE_LISTS),
];
/** The types that say who may assume a role. */
export const TRUST_TYPES: readonly string[] = Object.keys(TRUST_PROPERTIES);
/** The types that say who may use a resource. */
export const RESOURCE_POLICY_TYPES: readonly string[] = Object.keys(RESOURCE_POLICY_PROPERTIES);
/** The types that attach managed policies. */
export const ATTACHING_TYPES: readonly string[] = Object.keys(ATTACHING_PROPERTIES);

/** The identity policy documents of a resource. */
export function identityDocuments(resource: JudgedResource): HeldDocument[] {
  const { type, known } = resource;
  const own = (IDENTITY_PROPERTIES[type] ?? []).map((path) => hold(path, known[path], "identity"));
  const inline = INLINE_LISTS[type];
  return inline === undefined ? own : [...own, ...inlineDocuments(known[inline[0]], ...inline)];
}

function inlineDocuments(value: unknown, list: string, property: string): HeldDocument[] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!Array.isArray(value)) {
    return [hold(list, value, "identity")];
  }
  return value.flatMap((inline: unknown, index) => {
    const path = `${list}[${index}].${property}`;
    if (inline === UNKNOWN) {
      return [hold(path, UNKNOWN, "identity")];
    }
    const document = (inline as Readonly<Record<string, unknown>> | null)?.[property];
    return document === undefined ? [] : [hold(path, document, "identity")];
  });
}

/** The trust policy of a role. */
export function trustDocuments(resource: JudgedResource): HeldDocument[] {
  return documentAt([TRUST_PROPERTIES[resource.type], "trust"], resource);
}

/** The policy of a resource that says who may use it. */
export function resourcePolicyDocuments(resource: JudgedResource): HeldDocument[] {
  return documentAt(RESOURCE_POLICY_PROPERTIES[resource.type] ?? [undefined, "resource"], resource);
}

function documentAt(
  [path, kind]: readonly [string | undefined, PolicyKind],
  { known }: JudgedResource,
): HeldDocument[] {
  const value = path === undefined ? undefined : known[path];
  // The provider reports "" where a resource has no policy.
  return path === undefined || value === undefined || value === null || value === ""
    ? []
    : [hold(path, value, kind)];
}

/** The managed policies that a resource attaches. */
export function attachedPolicies(resource: JudgedResource): AttachedPolicy[] {
  const property = ATTACHING_PROPERTIES[resource.type];
  const value = property === undefined ? undefined : resource.known[property];
  if (property === undefined || value === undefined || value === null) {
    return [];
  }
  const toPolicy = (arn: unknown, path: string): AttachedPolicy => ({
    path,
    arn: typeof arn === "string" ? arn : undefined,
  });
  return Array.isArray(value)
    ? value.map((arn, index) => toPolicy(arn, `${property}[${index}]`))
    : [toPolicy(value, property)];
}

function hold(path: string, value: unknown, kind: PolicyKind): HeldDocument {
  const document = readDocument(value);
  const unknown = document.unknown.map((part) => (part === "" ? path : `${path}.${part}`));
  return { path, document, written: value, kind, unknown };
}
