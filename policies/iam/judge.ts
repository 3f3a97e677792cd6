import { readDocument, type PolicyDocument, type Statement } from "./document";
import { TooComplex, withEffort } from "./effort";
import { escalations, passRoleToAnything } from "./escalation";
import {
  explainEscalations,
  explainFullAccess,
  explainInvokeGrants,
  explainNearlyFullAccess,
  explainPassRole,
  explainUnknownActions,
  type Explanation,
} from "./explain";
import { explainExposure } from "./explain-exposure";
import { exposures } from "./exposure";
import { fullAccess, nearlyFullAccess } from "./full-access";
import { grantsOf } from "./grants";
import { INVOKE_SCOPES, invokeGrants, wider, type InvokeScope } from "./invoke";
import { inferKind, type PolicyKind } from "./kinds";
import { services } from "./services";

/** The rules that a policy document can break, with the level that they have unless configured otherwise. */
export const DOCUMENT_RULES = {
  "readable-policy-document": { severity: "high", level: "mandatory" },
  "known-actions": { severity: "low", level: "advisory" },
  "no-full-access": { severity: "critical", level: "mandatory" },
  "no-nearly-full-access": { severity: "medium", level: "advisory" },
  "invoke-endpoint-scope": { severity: "high", level: "mandatory" },
  "pass-role-scope": { severity: "high", level: "mandatory" },
  "no-privilege-escalation": { severity: "high", level: "mandatory" },
  "role-trust-scope": { severity: "critical", level: "mandatory" },
  "role-trust-source": { severity: "low", level: "advisory" },
  "no-public-resource-policy": { severity: "critical", level: "mandatory" },
  "resource-policy-source": { severity: "medium", level: "advisory" },
} as const;
export type DocumentRule = keyof typeof DOCUMENT_RULES;

/** What a policy document breaks, with its rule's severity and level. */
export interface DocumentFinding extends Explanation {
  readonly rule: DocumentRule;
  readonly severity: (typeof DOCUMENT_RULES)[DocumentRule]["severity"];
  readonly level: (typeof DOCUMENT_RULES)[DocumentRule]["level"];
}

/** What statements allow that apply together, and what they break. */
export interface Verdict {
  /** What they are attached to; inferred from what they say, where nobody says it. */
  readonly kind: PolicyKind;
  /** Whether AWS would accept the document, and all could be decided; where not, what can't be decided may be allowed. */
  readonly analysable: boolean;
  /** Whether they allow every action of a service, or of everything, on every resource. */
  readonly fullAccess: boolean;
  /** The services of which they do. */
  readonly fullServices: readonly string[];
  /** Whether they allow (nearly) everything, or all of IAM, with which their holder can allow itself everything. */
  readonly adminLike: boolean;
  /** How far they let their holder invoke endpoints. */
  readonly invokeScope: InvokeScope;
  /** Whether they let any role be passed to any service. */
  readonly passRoleStar: boolean;
  readonly findings: readonly DocumentFinding[];
}

/** What the user may decide. */
export interface JudgeOptions {
  /** What the document is attached to. Default: what it says. */
  readonly kind?: PolicyKind;
  /** The widest scope that a permission to invoke endpoints may have. Default: `prefix`. */
  readonly widestInvokeScope?: InvokeScope;
  /** An endpoint's ARN to be named in what to write instead. */
  readonly endpointArn?: string;
  /** The time for which conditions are judged, in milliseconds since 1970. Default: now. */
  readonly now?: number;
}

/** Judges one document, given as an object or as its JSON text. */
export function checkDocument(document: unknown, options: JudgeOptions = {}): Verdict {
  return judgeDocument(readDocument(document), options);
}

/** Judges one document that has been read. */
export function judgeDocument(document: PolicyDocument, options: JudgeOptions = {}): Verdict {
  const verdict = document.isTooLarge
    ? undecided(options.kind ?? "identity")
    : judge(document.statements, options);
  const problems = document.problems.map(unreadable);
  return {
    ...verdict,
    analysable: problems.length === 0 && verdict.analysable,
    findings: [...problems, ...verdict.findings],
  };
}

/** Judges statements that apply together: those of one document, or of all policies of one role. */
export function judge(statements: readonly Statement[], options: JudgeOptions = {}): Verdict {
  const kind = options.kind ?? inferKind(statements);
  try {
    return withEffort(() => decide(statements, kind, options));
  } catch (error) {
    if (!(error instanceof TooComplex)) {
      throw error;
    }
    return undecided(kind, unreadable(error.message));
  }
}

/** What can't be decided may be allowed. */
function undecided(kind: PolicyKind, ...findings: readonly DocumentFinding[]): Verdict {
  return {
    kind,
    analysable: false,
    fullAccess: true,
    fullServices: ["*"],
    adminLike: true,
    invokeScope: "unscoped",
    passRoleStar: true,
    findings,
  };
}

function decide(
  statements: readonly Statement[],
  kind: PolicyKind,
  options: JudgeOptions,
): Verdict {
  const now = options.now ?? Date.now();
  const grants = grantsOf(statements, now);
  const full = fullAccess(grants);
  const invoke = invokeGrants(grants);
  const passing = passRoleToAnything(grants);
  const exposed = exposures(statements, kind, now);
  const fullServices = full.flatMap((each) => each.services);
  const adminLike = full.some(
    (each) => each.services.includes("iam") || each.services.length > services().size / 2,
  );
  const widest = INVOKE_SCOPES.indexOf(options.widestInvokeScope ?? "prefix");
  const tooWide = invoke.filter(({ scope }) => INVOKE_SCOPES.indexOf(scope) > widest);
  return {
    kind,
    analysable: true,
    fullAccess: full.length > 0,
    fullServices,
    adminLike,
    invokeScope: invoke.map(({ scope }) => scope).reduce<InvokeScope>(wider, "none"),
    passRoleStar: passing.length > 0,
    findings: [
      ...findings("no-full-access", explainFullAccess(full, adminLike)),
      ...findings("no-nearly-full-access", explainNearlyFullAccess(nearlyFullAccess(grants, full))),
      ...findings("invoke-endpoint-scope", explainInvokeGrants(tooWide, options.endpointArn)),
      ...findings("known-actions", explainUnknownActions(statements)),
      // An administrator needs no detour: only for others are the ways to escalate worth naming.
      ...findings("pass-role-scope", explainPassRole(adminLike ? [] : passing)),
      ...findings(
        "no-privilege-escalation",
        explainEscalations(adminLike ? [] : escalations(grants)),
      ),
      ...exposed.flatMap((exposure) =>
        findings(exposureRule(exposure.to, kind), [explainExposure(exposure, kind, exposed)]),
      ),
    ],
  };
}

function exposureRule(to: string, kind: PolicyKind): DocumentRule {
  if (to === "a service, for any customer") {
    return kind === "trust" ? "role-trust-source" : "resource-policy-source";
  }
  return kind === "trust" ? "role-trust-scope" : "no-public-resource-policy";
}

function unreadable(problem: string): DocumentFinding {
  const explanation = {
    message: `cannot be analysed: ${problem}`,
    fix: "Write it as AWS documents it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
  };
  return findings("readable-policy-document", [explanation])[0]!;
}

function findings(rule: DocumentRule, explanations: readonly Explanation[]): DocumentFinding[] {
  return explanations.map((explanation) => ({ rule, ...DOCUMENT_RULES[rule], ...explanation }));
}
