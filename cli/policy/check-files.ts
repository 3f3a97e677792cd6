import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import pc from "picocolors";

import { checkDocument, type DocumentCheck, prepareToCheck } from "../../policies/iam/check";
import { UserError } from "../output/failure";
import { renderCheck } from "./report";

/** One document under the name that its answer goes by. */
interface NamedDocument {
  readonly id: unknown;
  readonly document: unknown;
}

const STANDARD_INPUT = "-";

/**
 * Judges documents one after another and prints each answer as soon as there is one.
 *
 * @param files - paths of JSON documents; `-` reads JSON lines from standard input.
 * @returns whether no mandatory rule is broken.
 * @throws UserError naming a file that can't be read.
 */
export async function checkFiles(files: readonly string[], asJson: boolean): Promise<boolean> {
  prepareToCheck();
  let clean = true;
  let judged = 0;
  for (const file of files) {
    for await (const { id, document } of documentsIn(file)) {
      const check = checkDocument(document);
      judged += 1;
      clean &&= !check.findings.some((finding) => finding.level === "mandatory");
      await print(asJson ? JSON.stringify(answer(id, check)) : renderCheck(String(id), check));
    }
  }
  if (judged === 0) {
    throw new UserError(
      'there was nothing to judge: standard input held no line. Send {"id": …, "document": …}.',
    );
  }
  if (!asJson) {
    await print(
      `${clean ? pc.green("PASS") : pc.red("FAIL")}  ${judged} document${judged === 1 ? "" : "s"} judged`,
    );
  }
  return clean;
}

async function* documentsIn(file: string): AsyncGenerator<NamedDocument> {
  if (file !== STANDARD_INPUT) {
    // The bytes go to the evaluator as they are: a byte order mark or a duplicate key is for it to find.
    yield { id: file, document: readText(file) };
    return;
  }
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() !== "") {
      yield parseLine(line, number);
    }
  }
}

/** A line that is no record is judged as the text that it is: the answer says that it can't be analysed. */
function parseLine(line: string, number: number): NamedDocument {
  try {
    const record = JSON.parse(line) as unknown;
    if (typeof record === "object" && record !== null && "document" in record) {
      return { id: "id" in record ? record.id : number, document: record.document };
    }
  } catch {
    // Fall through: what the line holds instead is the evaluator's to name.
  }
  return { id: number, document: `line ${number} is no JSON object {"id", "document"}` };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(
      `can't read ${file}: ${code === "ENOENT" ? "it does not exist" : message}. Name JSON policy documents, or - for standard input.`,
    );
  }
}

function answer(id: unknown, check: DocumentCheck): Record<string, unknown> {
  const { analysable, fullAccess, adminLike, invokeScope, passRoleStar, findings } = check;
  return { id, analysable, fullAccess, adminLike, invokeScope, passRoleStar, findings };
}

/** Thousands of lines into a slow pipe must wait for it, not pile up in memory. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) {
    await once(process.stdout, "drain");
  }
}
