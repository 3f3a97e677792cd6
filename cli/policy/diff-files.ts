import pc from "picocolors";

import { comparePolicies, type Difference } from "../../policies/iam/diff";
import { loadAllServices } from "../../policies/iam/services";
import { readInputs, readRecords, type Unreadable } from "./inputs/read-inputs";
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
  for await (const { id, old: before, new: after } of readRecords(process.stdin, "old", "new")) {
    const found = comparePolicies(before, after);
    console.log(
      asJson ? JSON.stringify({ id, ...found }) : `${pc.bold(String(id))}: ${render(found)}`,
    );
    outcome = outcome === "new access" ? outcome : outcomeOf(found);
  }
  return outcome;
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
