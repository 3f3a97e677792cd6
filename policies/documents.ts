import { readDocument, type PolicyDocument } from "./iam/document";
import type { JudgedResource } from "./resource";

/** A policy document that a resource holds. */
export interface HeldDocument {
  /** The property it stands in, such as `policy` or `inlinePolicies[0].policy`. */
  readonly path: string;
  readonly document: PolicyDocument;
  /** The properties' paths that are not known yet, such as `policy.Statement[0].Resource`. */
  readonly unknown: readonly string[];
}

function hold(path: string, value: unknown): HeldDocument {
  const document = readDocument(value);
  const unknown = document.unknown.map((part) => (part === "" ? path : `${path}.${part}`));
  return { path, document, unknown };
}

interface InlinePolicy {
  readonly policy?: unknown;
}

/** Identity policies: what their holder may do. */
export const IDENTITY_POLICY_TYPES = [
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/policy:Policy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
] as const;

/** The identity policy documents of a resource: `policy`, and a role's inline policies. */
export function identityDocuments(resource: JudgedResource): HeldDocument[] {
  const { policy, inlinePolicies } = resource.known;
  const held: HeldDocument[] = [];
  if (resource.type !== "aws:iam/role:Role") {
    held.push(hold("policy", policy));
  } else if (Array.isArray(inlinePolicies)) {
    (inlinePolicies as InlinePolicy[]).forEach((inline, index) => {
      if (inline.policy !== undefined) {
        held.push(hold(`inlinePolicies[${index}].policy`, inline.policy));
      }
    });
  } else if (inlinePolicies !== undefined) {
    held.push(hold("inlinePolicies", inlinePolicies));
  }
  return held;
}
