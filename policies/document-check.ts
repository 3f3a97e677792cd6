import type { HeldDocument } from "./documents";
import {
  DOCUMENT_RULES,
  judge,
  judgeDocument,
  type DocumentRule,
  type JudgeOptions,
} from "./iam/judge";
import type { JudgedStack } from "./resource";
import { roleHoldings } from "./role-holdings";
import type { Outcome, RuleDefinition } from "./rule";

/** What one rule says about documents, and which of their values are not known yet. */
export function* judgeDocuments(
  rule: DocumentRule,
  documents: readonly HeldDocument[],
  options: JudgeOptions = {},
): Generator<Outcome> {
  for (const { path, document, unknown, kind } of documents) {
    for (const finding of judgeDocument(document, { ...options, kind }).findings) {
      if (finding.rule === rule) {
        yield { message: `${path}: ${finding.message}.`, fix: finding.fix };
      }
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
  for (const { role, documents, denied } of roleHoldings(stack).filter(
    (each) => each.documents.length > 1,
  )) {
    const messages = documents.flatMap(({ statements }) =>
      judge(statements, options).findings.map(({ message }) => message),
    );
    const alone = new Set(messages);
    const together = [...documents.flatMap(({ statements }) => statements), ...denied];
    for (const { rule: broken, message, fix } of judge(together, options).findings) {
      if (broken === rule && !alone.has(message)) {
        yield {
          resource: role,
          message: `The policies of ${role.name} together: ${message}.`,
          fix,
        };
      }
    }
  }
}

/** The name, severity and level that a rule about documents has both in the pack and in the document check. */
export function documentRule(
  name: DocumentRule,
): Pick<RuleDefinition<object>, "name" | "severity" | "level"> {
  return { name, ...DOCUMENT_RULES[name] };
}
