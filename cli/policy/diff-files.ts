import pc from "picocolors";

import { isObject } from "../../infra/schema/explain";
import { certify, type Certificate } from "../../policies/iam/certificate";
import { verify } from "../../policies/iam/certificate-check";
import { comparePolicies, type Difference } from "../../policies/iam/diff";
import { readDocument } from "../../policies/iam/document";
import { TooComplex } from "../../policies/iam/effort";
import { managedPolicyName } from "../../policies/iam/managed-policies";
import { loadAllServices } from "../../policies/iam/services";
import { readInputs, readRecords } from "./inputs/read-inputs";
import { requestText } from "./request-text";

/** How a comparison ended: nothing more is allowed, or it is, or that can't be decided; or an input can't be read. */
export type DiffOutcome = "no new access" | "new access" | "unreadable";

const STANDARD_INPUT = "-";

/**
 * Compares what two policies allow, and prints requests that show the difference.
 *
 * @param older - a file or folder: a document, or several that apply together, with `{"documents": […], "boundary": …}`
 *   within a boundary; `-` alone reads JSON lines `{"id", "old", "new"}` from standard input.
 * @param options.isCertified - whether to show, of two single documents, why nothing more is allowed.
 */
export async function diffFiles(
  older: string,
  newer: string | undefined,
  { asJson, isCertified }: { readonly asJson: boolean; readonly isCertified: boolean },
): Promise<DiffOutcome> {
  loadAllServices();
  if (older === STANDARD_INPUT) {
    return diffLines(asJson);
  }
  const unreadable: string[] = [];
  const olds = await documentsAt(older, unreadable);
  const news = await documentsAt(newer ?? "", unreadable);
  unreadable.forEach((each) => console.error(`${pc.red("kennel:")} can't read ${each}.`));
  if (unreadable.length > 0) {
    return "unreadable";
  }
  const [before, after] = [policyOf(olds, news), policyOf(news, olds)];
  const found = comparePolicies(before, after);
  const outcome = outcomeOf(found);
  const certificate =
    isCertified && outcome === "no new access" ? verifiedCertificate(before, after) : undefined;
  console.log(asJson ? JSON.stringify({ ...found, certificate }) : render(found));
  if (isCertified && !asJson) {
    console.log(certificate === undefined ? NO_CERTIFICATE : certificateText(certificate));
  }
  return outcome;
}

const NO_CERTIFICATE =
  "no certificate: there is one where nothing is newly allowed, and only of two single documents without principals, policy variables and a few condition operators";

function verifiedCertificate(...inputs: readonly [unknown, unknown]): Certificate | undefined {
  const [older, newer] = inputs.map((each) => readDocument(each).written);
  if (![older, newer].every((each) => isObject(each) && "Statement" in each)) {
    return undefined;
  }
  try {
    const certificate = certify(older, newer);
    return verify(older, newer, certificate) === "verified" ? certificate : undefined;
  } catch (error) {
    if (error instanceof TooComplex) {
      return undefined;
    }
    throw error;
  }
}

function certificateText({ actions, resources, context }: Certificate): string {
  const classes = [
    `${actions.length} actions`,
    `${resources.length} resources`,
    ...Object.entries(context).map(([key, values]) => `${values.length} values of ${key}`),
  ];
  return `certificate: ${classes.join(" × ")} stand for all requests, and of each that the new policy allows the old one allows it, too (values: --json)`;
}

async function diffLines(asJson: boolean): Promise<DiffOutcome> {
  let outcome: DiffOutcome = "no new access";
  for await (const { id, old: before, new: after } of readRecords(process.stdin, "old", "new")) {
    const found = comparePolicies(before, after);
    console.log(
      asJson ? JSON.stringify({ id, ...found }) : `${pc.bold(String(id))}: ${render(found)}`,
    );
    outcome = outcome === "new access" ? outcome : outcomeOf(found);
  }
  return outcome;
}

async function documentsAt(input: string, unreadable: string[]): Promise<unknown[]> {
  const documents: unknown[] = [];
  for await (const { document } of readInputs([input], unreadable)) {
    documents.push(document);
  }
  return documents;
}

/** One document, or those that apply together. AWS managed policies on both sides, which are not read, make no difference. */
function policyOf(documents: readonly unknown[], others: readonly unknown[]): unknown {
  const own = documents.filter(
    (each) => managedPolicyName(String(each)) === undefined || !others.includes(each),
  );
  return own.length === 1 ? own[0] : own;
}

function outcomeOf({ relation, newlyAllowed }: Difference): DiffOutcome {
  return relation === "unknown" || newlyAllowed.length > 0 ? "new access" : "no new access";
}

const SENTENCES: Readonly<Record<Difference["relation"], string>> = {
  equal: "equal: both allow the same requests",
  narrower: "narrower: the new policy allows less",
  wider: "wider: the new policy allows more",
  incomparable:
    "incomparable: the new policy allows requests that the old one does not, and the reverse",
  unknown: "unknown: the new policy may allow more",
};

function render({ relation, newlyAllowed, noLongerAllowed, reasons }: Difference): string {
  return [
    pc.bold(SENTENCES[relation]),
    ...reasons.map((reason) => `  ${reason}`),
    ...newlyAllowed.map((request) => pc.red(`  + ${requestText(request)}`)),
    ...noLongerAllowed.map((request) => pc.green(`  - ${requestText(request)}`)),
  ].join("\n");
}
