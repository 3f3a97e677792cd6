import type { HeldDocument } from "./documents";
import {
  DOCUMENT_RULES,
  evaluate,
  findingsOf,
  problemsOf,
  type DocumentRule,
  type JudgeOptions,
} from "./iam/judge";
import type { Outcome, RuleDefinition } from "./rule";

/** What one rule says about documents, and which of their values are not known yet. */
export function* judgeDocuments(
  rule: DocumentRule,
  documents: readonly HeldDocument[],
  options: JudgeOptions = {},
): Generator<Outcome> {
  for (const { path, document, unknown } of documents) {
    const { statements } = document;
    const findings =
      rule === "readable-policy-document"
        ? problemsOf(document)
        : findingsOf(statements, evaluate(statements), options);
    for (const { message, fix } of findings.filter((finding) => finding.rule === rule)) {
      yield { message: `${path}: ${message}.`, fix };
    }
    for (const each of unknown) {
      yield { unknown: each };
    }
  }
}

/** The name, severity and level that a rule about documents has both in the pack and in the document check. */
export function documentRule(
  name: DocumentRule,
): Pick<RuleDefinition<object>, "name" | "severity" | "level"> {
  return { name, ...DOCUMENT_RULES[name] };
}
