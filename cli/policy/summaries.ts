import { DOCUMENT_RULES, type Verdict } from "../../policies/iam/judge";
import { howToFix } from "../../policies/rule";
import { rules as packRules } from "../../policies/rules";
import { count } from "../output/quantities";
import { sarifLog } from "../output/sarif";
import { printable } from "./printable";

/** A document's name and what was found in it. */
export interface JudgedDocument {
  readonly id: string;
  readonly check: Verdict;
}

/** All findings for code scanning. */
export function asSarif(documents: readonly JudgedDocument[]): object {
  const rules = packRules
    .filter(({ name }) => name in DOCUMENT_RULES)
    .map((rule) => ({
      id: rule.name,
      shortDescription: { text: rule.what },
      help: { text: rule.why, markdown: `${rule.why}\n\n${howToFix(rule)}` },
      properties: { severity: rule.severity },
    }));
  const results = documents.flatMap(({ id, check }) => {
    // A document within a template or a plan is named after its file and a colon.
    const [file = id, ...inner] = id.split(": ");
    return check.findings.map(({ rule, level, message, fix }) => ({
      ...{ rule, file, isError: level === "mandatory" },
      text: fix === "" ? message : `${message}\n\n${fix}`,
      subject: inner.length > 0 ? inner.join(": ") : undefined,
    }));
  });
  return sarifLog(rules, results);
}

/** All findings as a table for a pull request, the mandatory ones first. */
export function asMarkdown(documents: readonly JudgedDocument[]): string {
  const rows = documents
    .flatMap(({ id, check: { kind, findings } }) =>
      findings.map((finding) => ({ id, kind, ...finding })),
    )
    .sort((left, right) => right.level.localeCompare(left.level))
    .map(
      ({ id, kind, level, rule, message }) =>
        `| ${[printable(id), kind, level, rule, message].map(cell).join(" | ")} |`,
    );
  const counted = `${count(documents.length, "document")} checked`;
  return rows.length === 0
    ? `${counted}: nothing to say.`
    : [
        `${counted}, ${count(rows.length, "finding")}:`,
        "",
        "| document | kind | level | rule | what |",
        "| --- | --- | --- | --- | --- |",
        ...rows,
      ].join("\n");
}

function cell(text: string): string {
  return text
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll(/\s*\n\s*/g, "<br>");
}
