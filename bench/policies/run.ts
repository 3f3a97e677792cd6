/** Judges labelled policy documents with this repository's evaluator and its peers, and prints who is right. See README.md. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { ensurePeerEnvironment } from "../peer-environment";
import { readCases, type Case } from "./cases";
import type { Limits } from "./limits";
import { measurePackStart } from "./pack-start";
import { renderLimits, renderScores, renderSpeed } from "./report";
import { score, type ToolResult } from "./score";

const PEERS = ["checkov", "cloudsplaining", "parliament"];
const TOOLS = ["kennel", ...PEERS];
/** Ordinary small documents, on which no tool is known to be slow. */
const SPEED_GROUP = "invoke";
const PEER_ENVIRONMENT = {
  folder: "bench-venv",
  requirements: path.join(__dirname, "requirements.txt"),
  contents: "checkov, cloudsplaining and parliament",
  otherwise: "without them, run with --tools kennel",
};
const RESULTS = path.resolve(__dirname, "../results");
const TS_NODE = ["--require", require.resolve("ts-node/register/transpile-only")];

async function main(): Promise<void> {
  const { tools, rounds } = parseChoices();
  const python = tools.some((tool) => tool !== "kennel")
    ? ensurePeerEnvironment(PEER_ENVIRONMENT)
    : "";
  const cases = readCases();
  const scores = tools.map((tool) => score(ask(tool, cases, rounds, python), cases));
  console.log(`### Hand-written documents\n\n${renderScores(scores)}`);
  console.log(`\n### Speed, side by side (${SPEED_GROUP} documents)\n\n${renderSpeed(scores)}`);
  const program = [...TS_NODE, path.join(__dirname, "limits.ts")];
  const limits = JSON.parse(
    execFileSync(process.execPath, program, { encoding: "utf8" }),
  ) as Limits;
  const start = await measurePackStart(rounds);
  console.log(`\n### The evaluator alone\n\n${renderLimits(limits, start)}`);
  mkdirSync(RESULTS, { recursive: true });
  const file = path.join(RESULTS, "policies.json");
  const machine = { processors: os.cpus().length, node: process.version, load: os.loadavg()[0] };
  writeFileSync(file, `${JSON.stringify({ machine, scores, limits, start }, undefined, 2)}\n`);
  console.log(`\nEverything is in ${path.relative(process.cwd(), file)}.`);
}

function parseChoices(): { tools: readonly string[]; rounds: number } {
  const { values } = parseArgs({
    options: {
      tools: { type: "string", default: TOOLS.join(",") },
      rounds: { type: "string", default: "3" },
    },
  });
  const tools = values.tools.split(",");
  const unknown = tools.find((tool) => !TOOLS.includes(tool));
  if (unknown !== undefined) {
    throw new Error(`--tools has "${unknown}"; allowed are ${TOOLS.join(", ")}, with commas.`);
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new Error(`--rounds is "${values.rounds}"; allowed is a whole number from 1 to 100.`);
  }
  return { tools, rounds };
}

/** Runs a tool in a process of its own over all documents. */
function ask(tool: string, cases: readonly Case[], rounds: number, python: string): ToolResult {
  const folder = mkdtempSync(path.join(os.tmpdir(), "kennel-bench-"));
  try {
    const corpus = path.join(folder, "corpus.jsonl");
    const answers = path.join(folder, "answers.json");
    const lines = cases.map(({ id, group, text }) => JSON.stringify({ id, group, text }));
    writeFileSync(corpus, lines.join("\n"));
    const options = [corpus, answers, "--rounds", String(rounds), "--speed-group", SPEED_GROUP];
    const [command, program] =
      tool === "kennel"
        ? [process.execPath, [...TS_NODE, path.join(__dirname, "kennel.ts")]]
        : [python, [path.join(__dirname, "peers.py"), tool]];
    execFileSync(command, [...program, ...options], { stdio: ["ignore", "ignore", "inherit"] });
    return JSON.parse(readFileSync(answers, "utf8")) as ToolResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
