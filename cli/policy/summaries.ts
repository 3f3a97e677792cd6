import { DOCUMENT_RULES, type Verdict } from "../../policies/iam/judge";
import { printable } from "./printable";
import { sarifLog } from "../output/sarif";

/** A document's name and what was found in it. */
export interface JudgedDocument {
  readonly id: string;
  readonly check: Verdict;
}

/** All findings for code scanning. */
export function asSarif(documents: readonly JudgedDocument[]): object {
  const rules = Object.entries(DOCUMENT_RULES).map(([id, { severity }]) => ({
    id,
    properties: { severity },
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
    .flatMap(({ id, check }) => check.findings.map((finding) => ({ id, ...finding })))
    .sort((left, right) => right.level.localeCompare(left.level))
    .map(
      ({ id, level, rule, message }) =>
        `| ${[printable(id), level, rule, message].map(cell).join(" | ")} |`,
    );
  const counted = `${documents.length} document${documents.length === 1 ? "" : "s"} checked`;
  return rows.length === 0
    ? `${counted}: nothing to say.`
    : [
        `${counted}, ${rows.length} finding${rows.length === 1 ? "" : "s"}:`,
        "",
        "| document | level | rule | what |",
        "| --- | --- | --- | --- |",
        ...rows,
      ].join("\n");
}

function cell(text: string): string {
  return text
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll(/\s*\n\s*/g, "<br>");
}
