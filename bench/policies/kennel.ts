/**
 * Asks the evaluator of this repository about every document of a corpus, in one process: the counterpart of `peers.py`, with
 * the same arguments and the same answer.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

import type * as judging from "../../policies/iam/judge";
import type * as services from "../../policies/iam/services";
import type { Case } from "./cases";
import type { Answer, ToolResult } from "./score";

type Document = Pick<Case, "id" | "group" | "text">;

/** A round of a few documents would measure the clock: it repeats them until they are this many. */
const DOCUMENTS_A_ROUND = 5_000;

function main(): void {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: "string" }, "speed-group": { type: "string" } },
  });
  const [corpus, answersFile] = positionals;
  const started = performance.now();
  // Loaded here and not above, so that loading is part of what start-up costs.
  const load = createRequire(__filename);
  const { checkDocument } = load("../../policies/iam/judge") as typeof judging;
  (load("../../policies/iam/services") as typeof services).loadAllServices();
  const startupSeconds = (performance.now() - started) / 1000;

  const judge = ({ id, text }: Document): Answer => {
    try {
      const check = checkDocument(text);
      return {
        id,
        status: check.analysable ? "judged" : "rejected",
        fullAccess: check.fullAccess ? "named" : "no",
        invokeUnscoped: check.invokeScope === "unscoped" ? "named" : "no",
        findings: [...new Set(check.findings.map(({ rule }) => rule))].sort(),
      };
    } catch (error) {
      const findings = [(error as Error).name];
      return { id, status: "crashed", fullAccess: "no", invokeUnscoped: "no", findings };
    }
  };
  const documents = readFileSync(corpus!, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Document);
  const answers = documents.map(judge);
  const timed = documents.filter(({ group }) => group === values["speed-group"]);
  const rounds = Array.from({ length: Number(values.rounds) }, () => timeRound(timed, judge));
  const tool = { tool: "kennel", version: "this tree" };
  const result: ToolResult = { ...tool, startupSeconds, rounds, answers };
  writeFileSync(answersFile!, JSON.stringify(result));
}

function timeRound(
  documents: readonly Document[],
  judge: (document: Document) => Answer,
): ToolResult["rounds"][number] {
  let judged = 0;
  const started = performance.now();
  while (judged < DOCUMENTS_A_ROUND && documents.length > 0) {
    documents.forEach(judge);
    judged += documents.length;
  }
  return { documents: judged, seconds: (performance.now() - started) / 1000 };
}

main();
