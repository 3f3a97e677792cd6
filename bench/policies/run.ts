/** Judges labelled policy documents with this repository's evaluator and its peers, and prints who is right. See README.md. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { checkDocument } from "../../policies/iam/judge";
import { printTable, writeResults } from "../measure";
import { withPeers } from "../peers";
import { measureLimits } from "./limits";
import { score, type Answer, type Case, type Tally } from "./score";

const TOOLS = ["kennel", "checkov", "cloudsplaining", "parliament"];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { tools: { type: "string", default: TOOLS.join(",") } },
  });
  const tools = values.tools.split(",");
  const unknown = tools.find((tool) => !TOOLS.includes(tool));
  if (unknown !== undefined) {
    throw new Error(`--tools has "${unknown}"; allowed are ${TOOLS.join(", ")}, with commas.`);
  }
  const cases = readCases();
  const limits = await measureLimits(cases);
  const scores = tools.map((tool) => {
    const answers = tool === "kennel" ? cases.map(askKennel) : askPeer(tool, cases);
    return { tool, ...score(answers, cases) };
  });
  const counts = (tally: Tally, ...kinds: string[]) =>
    `${kinds.map((kind) => tally[kind]?.length ?? 0).join(" / ")} of ${Object.values(tally).flat().length}`;
  printTable("Hand-written documents", [
    [
      "tool",
      "full access: named / generic",
      "unscoped invoke: named / generic",
      "false alarms",
      "sound ones: rejected / crashed",
      "malformed: said / flagged / crashed / silent",
    ],
    ...scores.map((each) => [
      each.tool,
      counts(each.fullAccess, "named", "generic"),
      counts(each.invokeUnscoped, "named", "generic"),
      counts(each.spared, "alarm"),
      counts(each.sound, "rejected", "crashed"),
      counts(each.malformed, "rejected", "flagged", "crashed", "silent"),
    ]),
  ]);
  printTable("The evaluator alone, by processor time", limits);
  writeResults("policies", { scores, limits });
}

/** The hand-written cases. A document that is written as a string is the raw text. */
function readCases(): Case[] {
  return ["full-access", "invoke", "cancelled", "clean", "malformed"].flatMap((group) => {
    const file = path.join(__dirname, "../../policies/iam/cases", `${group}.json`);
    const written = JSON.parse(readFileSync(file, "utf8")) as (Case & { document: unknown })[];
    return written.map(({ id, expected, document }) => {
      const text = typeof document === "string" ? document : JSON.stringify(document);
      return { id, expected, text };
    });
  });
}

function askKennel({ id, text }: Case): Answer {
  const check = checkDocument(text);
  return {
    id,
    status: check.analysable ? "judged" : "rejected",
    fullAccess: check.fullAccess ? "named" : "no",
    invokeUnscoped: check.invokeScope === "unscoped" ? "named" : "no",
    findings: check.findings.map(({ rule }) => rule),
  };
}

/** Runs a peer in its own process over all documents. */
function askPeer(tool: string, cases: readonly Case[]): Answer[] {
  const [command, ...args] = withPeers(__dirname, "peers.py", tool);
  const input = JSON.stringify(cases.map(({ id, text }) => ({ id, text })));
  const output = execFileSync(command!, args, {
    input,
    stdio: ["pipe", "pipe", "inherit"],
    encoding: "utf8",
  });
  return JSON.parse(output) as Answer[];
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
