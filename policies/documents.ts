import { readDocument, type PolicyDocument } from "./iam/document";
import type { PolicyKind } from "./iam/kinds";
import { UNKNOWN } from "./iam/unknown";
import { permissionDocument } from "./lambda-permission";
import { memoized } from "./memoized";
import type { JudgedResource, JudgedStack } from "./resource";
import { PERMISSION } from "./rules/lambda/types";
import { refersTo } from "./rules/references";
import { isAbsent } from "./rules/values";

/** A policy document that a resource holds. */
export interface HeldDocument {
  /** The property it stands in, such as `policy` or `inlinePolicies[0].policy`. */
  readonly path: string;
  readonly document: PolicyDocument;
  /** The document as the program gave it. */
  readonly written: unknown;
  /** What it is attached to. */
  readonly kind: PolicyKind;
  /** What to write instead, where that is not a part of a document. */
  readonly fix?: string;
  /** The properties' paths that are not known yet, such as `policy.Statement[0].Resource`. */
  readonly unknown: readonly string[];
}

/** A managed policy that a resource attaches, by its ARN. */
export interface AttachedPolicy {
  readonly path: string;
  /** Undefined where it is not known yet. */
  readonly arn: string | undefined;
}

export const ROLE = "aws:iam/role:Role";
export const CUSTOMER_POLICY = "aws:iam/policy:Policy";
/** Managed policies that a stack declares. */
export const CUSTOMER_POLICIES: readonly string[] = [
  CUSTOMER_POLICY,
  "aws-native:iam:ManagedPolicy",
];

/** Where policy documents stand: the property, `[]` for each element of a list, and what the document is attached to. */
const PLACES: Readonly<Record<string, Readonly<Record<string, PolicyKind>>>> = {
  [ROLE]: { assumeRolePolicy: "trust", "inlinePolicies[].policy": "identity" },
  "aws:iam/rolePolicy:RolePolicy": { policy: "identity" },
  [CUSTOMER_POLICY]: { policy: "identity" },
  "aws:iam/userPolicy:UserPolicy": { policy: "identity" },
  "aws:iam/groupPolicy:GroupPolicy": { policy: "identity" },
  "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": { inlinePolicy: "identity" },
  "aws-native:iam:Role": {
    assumeRolePolicyDocument: "trust",
    "policies[].policyDocument": "identity",
  },
  "aws-native:iam:User": { "policies[].policyDocument": "identity" },
  "aws-native:iam:Group": { "policies[].policyDocument": "identity" },
  "aws-native:iam:RolePolicy": { policyDocument: "identity" },
  "aws-native:iam:UserPolicy": { policyDocument: "identity" },
  "aws-native:iam:GroupPolicy": { policyDocument: "identity" },
  "aws-native:iam:ManagedPolicy": { policyDocument: "identity" },
  "aws-native:iam:Policy": { policyDocument: "identity" },
  "aws-native:sso:PermissionSet": { inlinePolicy: "identity" },
  "aws:s3/bucketPolicy:BucketPolicy": { policy: "bucket" },
  "aws:s3/bucket:Bucket": { policy: "bucket" },
  "aws:s3/bucketV2:BucketV2": { policy: "bucket" },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": { policy: "repository" },
  "aws:ecr/registryPolicy:RegistryPolicy": { policy: "repository" },
  "aws:kms/key:Key": { policy: "key" },
  "aws:kms/keyPolicy:KeyPolicy": { policy: "key" },
  "aws:sns/topic:Topic": { policy: "topic" },
  "aws:sns/topicPolicy:TopicPolicy": { policy: "topic" },
  "aws:sqs/queue:Queue": { policy: "queue" },
  "aws:sqs/queuePolicy:QueuePolicy": { policy: "queue" },
  "aws:secretsmanager/secret:Secret": { policy: "secret" },
  "aws:secretsmanager/secretPolicy:SecretPolicy": { policy: "secret" },
  "aws-native:events:EventBusPolicy": { statement: "resource" },
  "aws:s3control/accessPointPolicy:AccessPointPolicy": { policy: "bucket" },
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": { policy: "resource" },
  "aws-native:s3:BucketPolicy": { policyDocument: "bucket" },
  "aws-native:s3:AccessPoint": { policy: "bucket" },
  "aws-native:ecr:Repository": { repositoryPolicyText: "repository" },
  "aws-native:ecr:RegistryPolicy": { policyText: "repository" },
  "aws-native:kms:Key": { keyPolicy: "key" },
  "aws-native:kms:ReplicaKey": { keyPolicy: "key" },
  "aws-native:secretsmanager:ResourcePolicy": { resourcePolicy: "secret" },
  "aws-native:sqs:QueuePolicy": { policyDocument: "queue" },
  "aws-native:sqs:QueueInlinePolicy": { policyDocument: "queue" },
  "aws-native:sns:TopicPolicy": { policyDocument: "topic" },
  "aws-native:sns:TopicInlinePolicy": { policyDocument: "topic" },
  // A permission is a whole: all its properties make one document.
  [PERMISSION]: { "": "function" },
  "aws-native:lambda:Permission": { "": "function" },
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

/** The types that attach managed policies. */
export const ATTACHING_TYPES: readonly string[] = Object.keys(ATTACHING_PROPERTIES);

/** What holds permissions. */
export type HolderKind = "role" | "user" | "group";

export const HOLDERS: Readonly<Record<string, HolderKind>> = {
  [ROLE]: "role",
  "aws:iam/user:User": "user",
  "aws:iam/group:Group": "group",
  "aws-native:iam:Role": "role",
  "aws-native:iam:User": "user",
  "aws-native:iam:Group": "group",
};

const MEMBERSHIPS = [
  "aws:iam/userGroupMembership:UserGroupMembership",
  "aws:iam/groupMembership:GroupMembership",
  "aws-native:iam:UserToGroupAddition",
];

/** The types that hold or attach policies, and what holds permissions: all that this module reads. */
export const POLICY_TYPES: ReadonlySet<string> = new Set([
  ...Object.keys(PLACES),
  ...ATTACHING_TYPES,
  ...Object.keys(HOLDERS),
  ...MEMBERSHIPS,
]);

/** What documents say: what their holder may do, who may assume a role, or who may use a resource. */
export type DocumentScope = "identity" | "trust" | "resource";

function isOf(kind: PolicyKind, scope: DocumentScope | undefined): boolean {
  return (
    scope === undefined || scope === (kind === "identity" || kind === "trust" ? kind : "resource")
  );
}

/** The types that hold documents of this scope, or of any. */
export function documentTypes(scope?: DocumentScope): string[] {
  return Object.keys(PLACES).filter((type) =>
    Object.values(PLACES[type]!).some((kind) => isOf(kind, scope)),
  );
}

/** The policy documents of a resource, of this scope or of any. */
export function documentsOf(resource: JudgedResource, scope?: DocumentScope): HeldDocument[] {
  return allDocuments(resource).filter(({ kind }) => isOf(kind, scope));
}

const allDocuments = memoized((resource: JudgedResource): readonly HeldDocument[] =>
  "" in (PLACES[resource.type] ?? {}) ? [heldPermission(resource)] : heldDocuments(resource),
);

function heldDocuments(resource: JudgedResource): HeldDocument[] {
  return Object.entries(PLACES[resource.type] ?? {}).flatMap(([place, kind]) => {
    const [property = "", inner] = place.split("[].");
    const value = resource.known[property];
    // The provider reports "" where a resource has no policy.
    if (isAbsent(value) || value === "") {
      return [];
    }
    return inner === undefined || !Array.isArray(value)
      ? [hold(property, value, kind)]
      : value.flatMap((element: unknown, index) => {
          const document =
            element === UNKNOWN ? UNKNOWN : (element as Record<string, unknown> | null)?.[inner];
          return document === undefined
            ? []
            : [hold(`${property}[${index}].${inner}`, document, kind)];
        });
  });
}

/** What a permission adds to its function's policy; whoever may call it, which function that is may be known later. */
function heldPermission(permission: JudgedResource): HeldDocument {
  const known = { function: permission.known["functionName"], ...permission.known };
  const name = known.function === UNKNOWN ? "*" : known.function;
  const document = permissionDocument({ ...known, function: name });
  return {
    ...hold("the permission", document, "function"),
    written: permissionDocument(known),
    fix: 'Name the caller, and for whom it calls: principal: "s3.amazonaws.com", sourceArn: bucket.arn, sourceAccount: "ACCOUNT"',
    unknown: permission.known["principal"] === UNKNOWN ? ["principal"] : [],
  };
}

/** The managed policies that a resource attaches. */
export function attachedPolicies(resource: JudgedResource): AttachedPolicy[] {
  const property = ATTACHING_PROPERTIES[resource.type];
  const value = property === undefined ? undefined : resource.known[property];
  if (property === undefined || isAbsent(value)) {
    return [];
  }
  // What is computed from policies of the stack is judged there.
  const sources = resource.propertyDependencies[property] ?? [];
  const isOfStack =
    sources.length > 0 && sources.every(({ type }) => CUSTOMER_POLICIES.includes(type));
  const toPolicy = (arn: unknown, path: string): AttachedPolicy[] =>
    typeof arn === "string" ? [{ path, arn }] : isOfStack ? [] : [{ path, arn: undefined }];
  return Array.isArray(value)
    ? value.flatMap((arn, index) => toPolicy(arn, `${property}[${index}]`))
    : toPolicy(value, property);
}

/** The managed policies of the stack that a resource attaches. */
export function attachedOfStack(resource: JudgedResource, stack: JudgedStack): JudgedResource[] {
  const property = ATTACHING_PROPERTIES[resource.type];
  const attaches = (policy: JudgedResource): boolean =>
    property !== undefined && refersTo(resource, property, policy);
  return stack.ofType(...CUSTOMER_POLICIES).filter(attaches);
}

/** The properties by which policies and attachments name whom they are for. */
export function namingProperties(kind: HolderKind): string[] {
  return [kind, `${kind}s`, `${kind}Name`];
}

function names(resource: JudgedResource, holder: JudgedResource): boolean {
  return namingProperties(HOLDERS[holder.type]!).some((key) => refersTo(resource, key, holder));
}

/** What in the stack gives permissions to a role, user or group: its own policies and attachments of managed ones. */
export function givenTo(holder: JudgedResource, stack: JudgedStack): JudgedResource[] {
  return stack
    .ofType(...documentTypes("identity"), ...ATTACHING_TYPES)
    .filter((each) => !(each.type in HOLDERS) && names(each, holder));
}

/** The customer policies of the stack that are the permissions boundary of a role or user. */
export function boundariesOf(holder: JudgedResource, stack: JudgedStack): JudgedResource[] {
  return stack
    .ofType(...CUSTOMER_POLICIES)
    .filter((policy) => refersTo(holder, "permissionsBoundary", policy));
}

/** What in the stack puts a user into groups, beside the user itself. */
export function membershipsOf(user: JudgedResource, stack: JudgedStack): JudgedResource[] {
  return stack.ofType(...MEMBERSHIPS).filter((each) => names(each, user));
}

/** The groups of the stack that a user is in. */
export function groupsOf(user: JudgedResource, stack: JudgedStack): JudgedResource[] {
  if (HOLDERS[user.type] !== "user") {
    return [];
  }
  const memberships = [user, ...membershipsOf(user, stack)];
  return stack
    .ofType("aws:iam/group:Group", "aws-native:iam:Group")
    .filter((group) => memberships.some((each) => names(each, group)));
}

function hold(path: string, value: unknown, kind: PolicyKind): HeldDocument {
  const document = readDocument(value);
  const unknown = document.unknown.map((part) => (part === "" ? path : `${path}.${part}`));
  return { path, document, written: value, kind, unknown };
}
