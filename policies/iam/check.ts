import { readDocument } from "./document";
import type { Patch } from "./fix";
import type { InvokeScope } from "./invoke";
import { DOCUMENT_RULES, judgeDocument, type DocumentRule, type JudgeOptions } from "./judge";
import type { PolicyKind } from "./kinds";
import { loadAllServices } from "./services";

/** One finding about a document, with its rule's level and severity. */
export interface CheckFinding {
  readonly rule: DocumentRule;
  readonly severity: "low" | "medium" | "high" | "critical";
  readonly level: "advisory" | "mandatory";
  readonly message: string;
  readonly fix: string;
  /** The fix as statements: those with the given places, from 0, are replaced. */
  readonly patch?: Patch;
}

/** What one document allows and breaks. */
export interface DocumentCheck {
  /** What the document is for; inferred from what it says. */
  readonly kind: PolicyKind;
  /** Whether AWS would accept the document; where not, the flags say what could be read of it. */
  readonly analysable: boolean;
  /** Whether it allows every action of a service, or of everything, on every resource. */
  readonly fullAccess: boolean;
  /** Whether it allows (nearly) everything, or all of IAM. */
  readonly adminLike: boolean;
  /** How far it lets its holder invoke endpoints. */
  readonly invokeScope: InvokeScope;
  /** Whether it lets any role be passed to any service. */
  readonly passRoleStar: boolean;
  readonly findings: readonly CheckFinding[];
}

/**
 * Judges one policy document.
 * @param document an object, or the document's JSON text
 */
export function checkDocument(document: unknown, options: JudgeOptions = {}): DocumentCheck {
  const verdict = judgeDocument(readDocument(document), options);
  const { kind, fullAccess, adminLike, invokeScope, passRoleStar, findings } = verdict;
  return {
    kind,
    analysable: !findings.some(({ rule }) => rule === "readable-policy-document"),
    fullAccess,
    adminLike,
    invokeScope,
    passRoleStar,
    findings: findings.map((finding) => ({ ...finding, ...DOCUMENT_RULES[finding.rule] })),
  };
}

/** Loads what judging needs (about 0.3 s), so that none of the documents that follow waits for it. */
export function prepareToCheck(): void {
  loadAllServices();
}
