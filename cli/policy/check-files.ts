import { once } from "node:events";

import pc from "picocolors";

import { judgeTogether } from "../../policies/holdings";
import { readDocument } from "../../policies/iam/document";
import {
  DOCUMENT_RULES,
  judge,
  judgeDocument,
  type DocumentFinding,
  type Verdict,
} from "../../policies/iam/judge";
import {
  explainManagedPolicy,
  isKnownManagedPolicy,
  managedPolicyDocument,
  managedPolicyName,
} from "../../policies/iam/managed-policies";
import { loadAllServices } from "../../policies/iam/services";
import { UserError } from "../output/failure";
import { count } from "../output/quantities";
import type { NamedDocument } from "./inputs/named-document";
import { documentsOfStack } from "./inputs/policy-stack";
import { readInputs } from "./inputs/read-inputs";
import { printUnreadable, renderCheck } from "./report";
import { asMarkdown, asSarif, type JudgedDocument } from "./summaries";

/** How answers are printed: as they come (text, json), or all at the end (sarif, markdown). */
export type Format = "text" | "json" | "sarif" | "markdown";

/** How a check of inputs ended. */
export type Outcome = "clean" | "findings" | "unreadable";

/**
 * Checks documents one after another. An input that can't be read is named, and the others are checked all the same.
 *
 * @param inputs - files, folders, ARNs of AWS managed policies; `-` reads JSON lines from standard input.
 * @throws UserError where there is nothing to check.
 */
export async function checkFiles(inputs: readonly string[], format: Format): Promise<Outcome> {
  loadAllServices();
  const unreadable: string[] = [];
  const judged: JudgedDocument[] = [];
  let checked = 0;
  let isClean = true;
  for await (const named of documentsAt(inputs, unreadable)) {
    const check = verdictOn(named);
    checked += 1;
    isClean &&= !check.findings.some((finding) => finding.level === "mandatory");
    if (format === "json") {
      await print(JSON.stringify({ id: named.id, ...check, fullServices: undefined }));
    } else if (format === "text") {
      await print(renderCheck(String(named.id), check));
    } else {
      judged.push({ id: String(named.id), check });
    }
  }
  printUnreadable(unreadable);
  if (checked === 0 && unreadable.length === 0) {
    throw new UserError(
      'there is nothing to check: the inputs contain no policy document. Standard input takes lines of {"id": …, "document": …}.',
    );
  }
  if (format === "sarif") {
    await print(JSON.stringify(asSarif(judged), null, 2));
  } else if (format === "markdown") {
    await print(asMarkdown(judged));
  } else if (format === "text" && checked > 0) {
    await print(
      `${isClean ? pc.green("PASS") : pc.red("FAIL")}  ${count(checked, "document")} checked`,
    );
  }
  return unreadable.length > 0 ? "unreadable" : isClean ? "clean" : "findings";
}

/** Each document to check, and all that each holder has together. */
async function* documentsAt(
  inputs: readonly string[],
  unreadable: string[],
): AsyncGenerator<NamedDocument> {
  for await (const input of readInputs(inputs, unreadable)) {
    const documents = "at" in input ? documentsOfStack(input) : (input.parts ?? [input]);
    if (documents.length === 0 && inputs.includes(String(input.id))) {
      unreadable.push(`${String(input.id)}: it contains no policy document`);
    }
    yield* documents;
  }
}

function verdictOn({ document, problem, kind, denied = [], together }: NamedDocument): Verdict {
  const options = kind === undefined ? {} : { kind };
  if (together !== undefined) {
    return judgeTogether(together, { kind: "identity" });
  }
  if (typeof document === "string" && managedPolicyName(document) !== undefined) {
    return managedPolicyCheck(document);
  }
  const read = readDocument(document);
  const verdict = judgeDocument(
    problem === undefined
      ? { ...read, statements: [...read.statements, ...denied] }
      : { ...read, problems: [problem] },
    options,
  );
  // Nothing is said of a part that is not known yet: it may restrict.
  return problem === undefined && read.statements.length === 0 && read.unknown.length > 0
    ? { ...verdict, analysable: false, findings: [...verdict.findings, NOT_KNOWN_YET] }
    : verdict;
}

const NOT_KNOWN: DocumentFinding = {
  rule: "readable-policy-document",
  severity: "low",
  level: "advisory",
  message:
    "is not among the AWS managed policies that are known here: what it allows is not checked",
  fix: "Compare its name with aws iam list-policies --scope AWS",
};

const NOT_KNOWN_YET: DocumentFinding = {
  rule: "readable-policy-document",
  severity: "low",
  level: "advisory",
  message: "is known only after the deployment: what it will allow is not checked",
  fix: "Check it once it is deployed: aws iam get-account-authorization-details, or what the service's get-…-policy prints",
};

/** What is known of an AWS managed policy: its document is not here, but whether it grants a whole service is. */
function managedPolicyCheck(arn: string): Verdict {
  const { statements } = readDocument(managedPolicyDocument(arn) ?? { Statement: [] });
  const explanation = explainManagedPolicy(arn);
  const rule = "no-full-access";
  const found =
    explanation === undefined ? [] : [{ rule, ...DOCUMENT_RULES[rule], ...explanation } as const];
  const isKnown = isKnownManagedPolicy(arn);
  return {
    ...judge(statements, { kind: "identity" }),
    analysable: isKnown,
    fullAccess: explanation !== undefined,
    findings: isKnown ? found : [...found, NOT_KNOWN],
  };
}

/** Thousands of lines into a slow pipe must wait for it, not pile up in memory. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) {
    await once(process.stdout, "drain");
  }
}
