import { escalations, passRoleToAnything } from "./escalation";
import type { PolicyDocument, Statement } from "./document";
import {
  explainEscalation,
  explainFullAccess,
  explainInvokeGrants,
  explainNearlyFullAccess,
  explainOpenTrust,
  explainPassRole,
  type Explanation,
} from "./explain";
import { fullAccess, nearlyFullAccess, type FullAccess } from "./full-access";
import { invokeGrants, type InvokeGrant } from "./invoke-grants";
import { INVOKE_SCOPES, wider, type InvokeScope } from "./invoke-scope";
import { indexSensitive, type SensitiveIndex } from "./sensitive-index";
import { services } from "./service-data";
import { isTrustPolicy, openPrincipals, openTrusts, type OpenTrust } from "./trust";

/** The rules that a policy document can break, with the level that they have unless configured otherwise. */
export const DOCUMENT_RULES = {
  "readable-policy-document": { severity: "high", level: "mandatory" },
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

/** What a policy document breaks. */
export interface DocumentFinding extends Explanation {
  readonly rule: DocumentRule;
}

/** What statements allow that apply together. */
export interface Verdict {
  readonly fullAccess: readonly FullAccess[];
  /** Whether they allow (nearly) everything, or all of IAM, with which their holder can allow itself everything. */
  readonly adminLike: boolean;
  readonly invokeGrants: readonly InvokeGrant[];
  readonly invokeScope: InvokeScope;
  readonly passRoleStar: boolean;
  /** Who says what about which sensitive action: what further judgements start from. */
  readonly sensitive: SensitiveIndex;
}

/** What the user may decide. */
export interface JudgeOptions {
  /** The widest scope that a permission to invoke endpoints may have. Default: `prefix`. */
  readonly widestInvokeScope?: InvokeScope;
  /** An endpoint's ARN to be named in what to write instead. */
  readonly endpointArn?: string;
  /** The time for which conditions are judged, in milliseconds since 1970. Default: now. */
  readonly now?: number;
}

/** Judges statements that apply together: those of one document, or of all policies of one role. */
export function evaluate(statements: readonly Statement[]): Verdict {
  const sensitive = indexSensitive(statements);
  const full = fullAccess(statements);
  const grants = invokeGrants(sensitive);
  return {
    fullAccess: full,
    adminLike: full.some(
      (access) => access.services.includes("iam") || access.services.length > services().size / 2,
    ),
    invokeGrants: grants,
    invokeScope: grants.map(({ scope }) => scope).reduce<InvokeScope>(wider, "none"),
    passRoleStar: passRoleToAnything(sensitive) !== undefined,
    sensitive,
  };
}

/** What the statements of a verdict break. */
export function findingsOf(
  statements: readonly Statement[],
  verdict: Verdict,
  options: JudgeOptions = {},
): DocumentFinding[] {
  const widest = INVOKE_SCOPES.indexOf(options.widestInvokeScope ?? "prefix");
  const tooWide = verdict.invokeGrants.filter(({ scope }) => INVOKE_SCOPES.indexOf(scope) > widest);
  const isTrust = isTrustPolicy(statements);
  const trusts = isTrust ? openTrusts(statements) : openPrincipals(statements);
  return [
    ...explainFullAccess(verdict.fullAccess).map((each) => finding("no-full-access", each)),
    ...explainNearlyFullAccess(nearlyFullAccess(statements, verdict.fullAccess)).map((each) =>
      finding("no-nearly-full-access", each),
    ),
    ...explainInvokeGrants(tooWide, options.endpointArn).map((each) =>
      finding("invoke-endpoint-scope", each),
    ),
    ...(verdict.adminLike ? [] : passRoleFindings(verdict.sensitive)),
    ...trusts.map((trust) => finding(trustRule(trust, isTrust), explainOpenTrust(trust))),
  ];
}

/** An administrator needs no detour: only for others are the ways to escalate worth naming. */
function passRoleFindings(sensitive: SensitiveIndex): DocumentFinding[] {
  const passes = passRoleToAnything(sensitive);
  return [
    ...(passes === undefined ? [] : [finding("pass-role-scope", explainPassRole(passes))]),
    ...escalations(sensitive).map((each) =>
      finding("no-privilege-escalation", explainEscalation(each)),
    ),
  ];
}

function trustRule({ to }: OpenTrust, isTrust: boolean): DocumentRule {
  if (to === "a service, for any customer") {
    return isTrust ? "role-trust-source" : "resource-policy-source";
  }
  return isTrust ? "role-trust-scope" : "no-public-resource-policy";
}

/** What keeps a document from being analysed. */
export function problemsOf(document: PolicyDocument): DocumentFinding[] {
  return document.problems.map((problem) =>
    finding("readable-policy-document", {
      message: `cannot be analysed: ${problem}`,
      fix: "Write it as AWS documents it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    }),
  );
}

function finding(rule: DocumentRule, explanation: Explanation): DocumentFinding {
  return { rule, ...explanation };
}
