import type { HeldDocument } from "./documents";
import {
  DOCUMENT_RULES,
  evaluate,
  findingsOf,
  problemsOf,
  type DocumentFinding,
  type DocumentRule,
  type JudgeOptions,
} from "./iam/judge";
import type { Statement } from "./iam/document";
import type { JudgedStack } from "./resource";
import { roleHoldings } from "./role-holdings";
import type { Outcome, RuleDefinition } from "./rule";

/** What one rule says about documents, and which of their values are not known yet. */
export function* judgeDocuments(
  rule: DocumentRule,
  documents: readonly HeldDocument[],
  options: JudgeOptions = {},
): Generator<Outcome> {
  for (const { path, document, unknown } of documents) {
    const findings =
      rule === "readable-policy-document"
        ? problemsOf(document)
        : judge(rule, document.statements, options);
    for (const { message, fix } of findings) {
      yield { message: `${path}: ${message}.`, fix };
    }
    for (const each of unknown) {
      yield { unknown: each };
    }
  }
}

/** What one rule says about all that a role holds together, and about none of its documents alone. */
export function* judgeHoldings(
  rule: DocumentRule,
  stack: JudgedStack,
  options: JudgeOptions = {},
): Generator<Outcome> {
  for (const { role, documents } of roleHoldings(stack).filter(
    (each) => each.documents.length > 1,
  )) {
    const alone = new Set(
      documents.flatMap(({ statements }) =>
        judge(rule, statements, options).map(({ message }) => message),
      ),
    );
    const together = documents.flatMap(({ statements }) => statements);
    for (const { message, fix } of judge(rule, together, options)) {
      if (!alone.has(message)) {
        yield {
          resource: role,
          message: `The policies of ${role.name} together: ${message}.`,
          fix,
        };
      }
    }
  }
}

function judge(
  rule: DocumentRule,
  statements: readonly Statement[],
  options: JudgeOptions,
): DocumentFinding[] {
  return findingsOf(statements, evaluate(statements), options).filter(
    (finding) => finding.rule === rule,
  );
}

/** The name, severity and level that a rule about documents has both in the pack and in the document check. */
export function documentRule(
  name: DocumentRule,
): Pick<RuleDefinition<object>, "name" | "severity" | "level"> {
  return { name, ...DOCUMENT_RULES[name] };
}
