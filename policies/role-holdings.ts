import { identityDocuments, type HeldDocument } from "./documents";
import { beyondBoundary } from "./iam/boundary";
import type { Statement } from "./iam/document";
import type { JudgedResource, JudgedStack } from "./resource";
import { refersTo } from "./rules/references";

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
    const own = stack.ofType(ROLE_POLICY).filter((policy) => refersTo(policy, "role", role));
    const attached = stack.ofType(...Object.keys(ATTACHMENTS)).flatMap((attachment) => {
      const [roleProperty, policyProperty] = ATTACHMENTS[attachment.type]!;
      return refersTo(attachment, roleProperty, role)
        ? policies.filter((policy) => refersTo(attachment, policyProperty, policy))
        : [];
    });
    const direct = policies.filter((policy) => refersTo(role, "managedPolicyArns", policy));
    const holders = [...new Set([role, ...own, ...attached, ...direct])];
    return {
      role,
      documents: holders.flatMap((holder) =>
        identityDocuments(holder).map((held) => withSource(holder, held)),
      ),
      denied: policies
        .filter((policy) => refersTo(role, "permissionsBoundary", policy))
        .flatMap(identityDocuments)
        .flatMap(({ document }) => beyondBoundary(document.statements)),
    };
  });
}

/** The statements of a document, which say where they stand. */
function withSource(holder: JudgedResource, { path, document }: HeldDocument): Statement[] {
  const source = path === "policy" ? holder.name : `${holder.name}.${path}`;
  return document.statements.map((each) => ({ ...each, source }));
}
