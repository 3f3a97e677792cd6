import { readDocument } from "./document";
import {
  DOCUMENT_RULES,
  evaluate,
  findingsOf,
  problemsOf,
  type DocumentRule,
  type JudgeOptions,
} from "./judge";
import type { InvokeScope } from "./invoke-scope";
import { loadAllServices } from "./service-data";

/** One finding about a document, with its rule's level and severity. */
export interface CheckFinding {
  readonly rule: DocumentRule;
  readonly severity: "low" | "medium" | "high" | "critical";
  readonly level: "advisory" | "mandatory";
  readonly message: string;
  readonly fix: string;
}

/** What one document allows and breaks. */
export interface DocumentCheck {
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
  const read = readDocument(document, options.now);
  const verdict = evaluate(read.statements);
  const findings = [...problemsOf(read), ...findingsOf(read.statements, verdict, options)];
  return {
    analysable: read.problems.length === 0,
    fullAccess: verdict.fullAccess.length > 0,
    adminLike: verdict.adminLike,
    invokeScope: verdict.invokeScope,
    passRoleStar: verdict.passRoleStar,
    findings: findings.map((finding) => ({ ...finding, ...DOCUMENT_RULES[finding.rule] })),
  };
}

/**
 * Loads what judging needs (about 0.3 s) and judges a few documents, so that none of the thousands that follow waits for data
 * or for the compiler.
 */
export function prepareToCheck(): void {
  loadAllServices();
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    for (const action of ["s3:Get*", "sagemaker:*", "iam:PassRole", "sagemaker:InvokeEndpoint"]) {
      checkDocument(
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: [action, "logs:PutLogEvents"], Resource: "*" },
            { Effect: "Deny", NotAction: action, Resource: ["arn:aws:s3:::bucket/*"] },
          ],
        }),
      );
    }
  }
}

const WARM_UP_ROUNDS = 50;
