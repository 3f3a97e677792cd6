import { createInterface } from "node:readline";

import pc from "picocolors";

import { comparePolicies, type Difference } from "../../policies/iam/diff";
import { loadAllServices } from "../../policies/iam/services";
import { readInputs, type Unreadable } from "./inputs/read-inputs";
import { requestText } from "./request-text";

/** How a comparison ended: nothing more is allowed, or it is, or that can't be decided; or an input can't be read. */
export type DiffOutcome = "no new access" | "new access" | "unreadable";

const STANDARD_INPUT = "-";

/**
 * Compares what two policies allow, and prints requests that show the difference.
 *
 * @param older - a file or folder: a document, or several that apply together, with `{"documents": […], "boundary": …}`
 *   within a boundary; `-` alone reads JSON lines `{"id", "old", "new"}` from standard input.
 */
export async function diffFiles(
  older: string,
  newer: string | undefined,
  asJson: boolean,
): Promise<DiffOutcome> {
  loadAllServices();
  if (older === STANDARD_INPUT) {
    return diffLines(asJson);
  }
  const unreadable: Unreadable[] = [];
  const [before, after] = [
    await policyAt(older, unreadable),
    await policyAt(newer ?? "", unreadable),
  ];
  for (const { input, reason } of unreadable) {
    console.error(`${pc.red("kennel:")} can't read ${input}: ${reason}.`);
  }
  if (unreadable.length > 0) {
    return "unreadable";
  }
  const found = comparePolicies(before, after);
  console.log(asJson ? JSON.stringify(found) : render(found));
  return outcomeOf(found);
}

async function diffLines(asJson: boolean): Promise<DiffOutcome> {
  let outcome: DiffOutcome = "no new access";
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() !== "") {
      const { id, old: before, new: after } = pairOf(line, number);
      const found = comparePolicies(before, after);
      console.log(
        asJson ? JSON.stringify({ id, ...found }) : `${pc.bold(String(id))}: ${render(found)}`,
      );
      outcome = outcome === "new access" ? outcome : outcomeOf(found);
    }
  }
  return outcome;
}

/** A line that is not a record is compared as the text that it is: the answer says that it can't be decided. */
function pairOf(
  line: string,
  number: number,
): { readonly id: unknown; readonly old: unknown; readonly new: unknown } {
  try {
    const record = JSON.parse(line) as unknown;
    if (typeof record === "object" && record !== null && "old" in record && "new" in record) {
      return { id: "id" in record ? record.id : number, old: record.old, new: record.new };
    }
  } catch {
    // Fall through: what the line holds instead is named below.
  }
  const text = `line ${number} is not a JSON object {"id", "old", "new"}`;
  return { id: number, old: text, new: text };
}

/** What a file or folder holds: one document, or those that apply together. */
async function policyAt(input: string, unreadable: Unreadable[]): Promise<unknown> {
  const documents: unknown[] = [];
  for await (const { document } of readInputs([input], (each) => unreadable.push(each))) {
    documents.push(document);
  }
  return documents.length === 1 ? documents[0] : documents;
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
