import pc from "picocolors";

import { isObject } from "../../infra/schema/explain";
import { certify, type Certificate } from "../../policies/iam/certificate";
import { verify } from "../../policies/iam/certificate-check";
import { comparePolicies, undecidedDifference, type Difference } from "../../policies/iam/diff";
import { readDocument } from "../../policies/iam/document";
import { TooComplex } from "../../policies/iam/effort";
import { managedPolicyName } from "../../policies/iam/managed-policies";
import { loadAllServices } from "../../policies/iam/services";
import { readInputs, readRecords, STANDARD_INPUT } from "./inputs/read-inputs";
import type { PolicyStack } from "./inputs/policy-stack";
import { compareStacks } from "./compare-stacks";
import { printable } from "./printable";
import { printUnreadable, renderDifference } from "./report";
import { UserError } from "../output/failure";

/** How a comparison ended: nothing more is allowed, or it is, or that can't be decided; or an input can't be read. */
export type DiffOutcome = "no new access" | "new access" | "unreadable";

/**
 * Compares what two policies allow, and prints requests that show the difference.
 *
 * @param older - a file or folder: resources with policies, a document, or several that apply together, with
 *   `{"documents": […], "boundary": …}` within a boundary; `-` alone reads JSON lines `{"id", "old", "new"}` from standard input.
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
  const before = await sideOf(older, unreadable);
  const after = await sideOf(newer ?? "", unreadable);
  if (unreadable.length > 0) {
    printUnreadable(unreadable);
    return "unreadable";
  }
  const [old, now] = [policyOf(before, after), policyOf(after, before)];
  const found = isOfStacks(before, after)
    ? compareStacks(before.stacks, after.stacks)
    : comparePolicies(old, now);
  const outcome = outcomeOf(found);
  const certificate =
    isCertified && outcome === "no new access" && before.stacks.length === 0
      ? verifiedCertificate(old, now)
      : undefined;
  console.log(asJson ? JSON.stringify({ ...found, certificate }) : renderDifference(found));
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
  for await (const record of readRecords(process.stdin, "old", "new")) {
    const { id, problem, old: before, new: after } = record;
    const found =
      problem === undefined ? comparePolicies(before, after) : undecidedDifference(problem);
    console.log(
      asJson
        ? JSON.stringify({ id, ...found })
        : `${pc.bold(printable(String(id)))}: ${renderDifference(found)}`,
    );
    outcome = outcome === "new access" ? outcome : outcomeOf(found);
  }
  return outcome;
}

/** What a file or folder holds: documents that apply together, or resources with policies. */
interface Side {
  readonly input: string;
  readonly documents: readonly unknown[];
  readonly stacks: readonly PolicyStack[];
}

async function sideOf(input: string, unreadable: string[]): Promise<Side> {
  const documents: unknown[] = [];
  const stacks: PolicyStack[] = [];
  for await (const each of readInputs([input], unreadable)) {
    if ("at" in each) {
      stacks.push(each);
      continue;
    }
    const problem = each.problem ?? each.parts?.find((part) => part.problem)?.problem;
    if (problem !== undefined) {
      unreadable.push(`${String(each.id)}: ${problem}`);
    }
    documents.push(each.document);
  }
  return { input, documents, stacks };
}

/** Whether resources are compared, by their names. Documents have no names by which they could be told from one another. */
function isOfStacks(...sides: readonly Side[]): boolean {
  const mixed = sides.find(({ documents }) => documents.length > 0);
  const stacked = sides.find(({ stacks }) => stacks.length > 0);
  if (mixed !== undefined && stacked !== undefined) {
    throw new UserError(
      `${stacked.input} declares who has which policy, and ${mixed.input} contains policy documents: compare two of the same form`,
    );
  }
  return stacked !== undefined;
}

/** One document, or those that apply together. AWS managed policies on both sides, which are not read, make no difference. */
function policyOf({ documents }: Side, other: Side): unknown {
  const own = documents.filter(
    (each) => managedPolicyName(String(each)) === undefined || !other.documents.includes(each),
  );
  return own.length === 1 ? own[0] : own;
}

function outcomeOf({ relation, newlyAllowed }: Difference): DiffOutcome {
  return relation === "unknown" || newlyAllowed.length > 0 ? "new access" : "no new access";
}
