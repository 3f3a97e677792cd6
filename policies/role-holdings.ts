import { identityDocuments, type HeldDocument } from "./documents";
import { beyondBoundary } from "./iam/boundary";
import type { Statement } from "./iam/document";
import type { JudgedResource, JudgedStack } from "./resource";
import { dependsOn } from "./rules/references";
import { listOf } from "./rules/values";

/** Everything that a stack lets one role do. */
export interface RoleHoldings {
  readonly role: JudgedResource;
  /** The statements of each document that it holds: its own, those written for it, and those of the customer policies attached to it. */
  readonly documents: readonly (readonly Statement[])[];
  /** What its permissions boundary keeps it from, where the stack declares the boundary. */
  readonly denied: readonly Statement[];
}

const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/policy:Policy";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
/** What attaches a managed policy: the properties that name the role and the policy. */
const ATTACHMENTS: Readonly<Record<string, readonly [role: string, policy: string]>> = {
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["role", "policyArn"],
  "aws:iam/policyAttachment:PolicyAttachment": ["roles", "policyArn"],
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": [
    "roleName",
    "policyArns",
  ],
};

/** What each role of a stack holds. */
export function roleHoldings(stack: JudgedStack): RoleHoldings[] {
  const policies = stack.ofType(POLICY);
  return stack.ofType(ROLE).map((role) => {
    const own = stack
      .ofType(ROLE_POLICY)
      .filter((policy) => refersTo(policy, "role", role, ["name", "id"]));
    const attached = stack.ofType(...Object.keys(ATTACHMENTS)).flatMap((attachment) => {
      const [roleProperty, policyProperty] = ATTACHMENTS[attachment.type]!;
      return refersTo(attachment, roleProperty, role, ["name", "id"])
        ? policies.filter((policy) => refersTo(attachment, policyProperty, policy, ["arn", "id"]))
        : [];
    });
    const direct = policies.filter((policy) =>
      refersTo(role, "managedPolicyArns", policy, ["arn", "id"]),
    );
    const holders = [...new Set([role, ...own, ...attached, ...direct])];
    return {
      role,
      documents: holders.flatMap((holder) =>
        identityDocuments(holder).map((held) => withSource(holder, held)),
      ),
      denied: policies
        .filter((policy) => refersTo(role, "permissionsBoundary", policy, ["arn", "id"]))
        .flatMap(identityDocuments)
        .flatMap(({ document }) => beyondBoundary(document.statements)),
    };
  });
}

/** Whether a property was computed from a resource, or holds one of its identifying values. */
export function refersTo(
  from: JudgedResource,
  property: string,
  to: JudgedResource,
  identifiers: readonly string[],
): boolean {
  const values = listOf(from.known[property]);
  return (
    dependsOn(from, property, to) ||
    identifiers.some((key) => {
      const identifier = to.known[key];
      return typeof identifier === "string" && identifier !== "" && values.includes(identifier);
    })
  );
}

/** The statements of a document, which say where they stand. */
function withSource(holder: JudgedResource, { path, document }: HeldDocument): Statement[] {
  const source = path === "policy" ? holder.name : `${holder.name}.${path}`;
  return document.statements.map((each) => ({ ...each, source }));
}
