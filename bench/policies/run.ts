/** Judges labelled policy documents with this repository's evaluator and its peers, and prints who is right. See README.md. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { ensurePeerEnvironment } from "../peer-environment";
import { readCases, type Case } from "./cases";
import { askKennel } from "./kennel";
import { measureLimits } from "./limits";
import { measurePackStart } from "./pack-start";
import { renderLimits, renderScores } from "./report";
import { score, type ToolResult } from "./score";

const PEERS = ["checkov", "cloudsplaining", "parliament"];
const TOOLS = ["kennel", ...PEERS];
const REQUIREMENTS = path.join(__dirname, "requirements.txt");
const RESULTS = path.resolve(__dirname, "../results");
const STARTS = 5;

async function main(): Promise<void> {
  const tools = chosenTools();
  const cases = readCases();
  const limits = measureLimits(cases);
  const python = tools.some((tool) => tool !== "kennel")
    ? ensurePeerEnvironment("bench-venv", REQUIREMENTS)
    : "";
  const scores = tools.map((tool) =>
    score(tool === "kennel" ? askKennel(cases) : askPeer(tool, cases, python), cases),
  );
  console.log(`### Hand-written documents\n\n${renderScores(scores)}`);
  const start = await measurePackStart(STARTS);
  console.log(`\n### The evaluator alone\n\n${renderLimits(limits, start)}`);
  mkdirSync(RESULTS, { recursive: true });
  const file = path.join(RESULTS, "policies.json");
  const machine = { processors: os.cpus().length, node: process.version, load: os.loadavg()[0] };
  writeFileSync(file, `${JSON.stringify({ machine, scores, limits, start }, undefined, 2)}\n`);
  console.log(`\nEverything is in ${path.relative(process.cwd(), file)}.`);
}

function chosenTools(): readonly string[] {
  const { values } = parseArgs({
    options: { tools: { type: "string", default: TOOLS.join(",") } },
  });
  const tools = values.tools.split(",");
  const unknown = tools.find((tool) => !TOOLS.includes(tool));
  if (unknown !== undefined) {
    throw new Error(`--tools has "${unknown}"; allowed are ${TOOLS.join(", ")}, with commas.`);
  }
  return tools;
}

/** Runs a peer in its own process over all documents. */
function askPeer(tool: string, cases: readonly Case[], python: string): ToolResult {
  const folder = mkdtempSync(path.join(os.tmpdir(), "kennel-bench-"));
  try {
    const [corpus, answers] = [path.join(folder, "corpus.json"), path.join(folder, "answers.json")];
    writeFileSync(corpus, JSON.stringify(cases.map(({ id, text }) => ({ id, text }))));
    execFileSync(python, [path.join(__dirname, "peers.py"), tool, corpus, answers], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    return JSON.parse(readFileSync(answers, "utf8")) as ToolResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
