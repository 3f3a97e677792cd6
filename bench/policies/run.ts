/** Judges labelled policy documents with this repository's evaluator and its peers, and prints who is right. See bench/README.md. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { ensurePeerEnvironment } from "../peer-environment";
import type { ToolResult } from "./answers";
import { readCases, type Case } from "./cases";
import type { EvaluatorSpeed } from "./evaluator-speed";
import { readManagedPolicies } from "./managed";
import { measurePackStart } from "./pack-start";
import { renderCorpus, renderOwnSpeed, renderSpeed } from "./report";
import { score } from "./score";

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

interface Choices {
  readonly tools: readonly string[];
  readonly managed: string | undefined;
  readonly rounds: number;
}

async function main(): Promise<void> {
  const { tools, managed, rounds } = parseChoices();
  const python = tools.some((tool) => tool !== "kennel")
    ? ensurePeerEnvironment(PEER_ENVIRONMENT)
    : "";
  const written = readCases();
  const writtenScores = tools.map((tool) =>
    score(ask(tool, written, rounds, python), written, true),
  );
  const corpora = [{ corpus: "Hand-written documents", scores: writtenScores }];
  console.log(renderCorpus(corpora[0]!));
  if (managed !== undefined) {
    const policies = await readManagedPolicies(managed);
    const scores = tools
      // It takes 7 to 30 s for one policy that allows nearly everything, and there are dozens.
      .filter((tool) => tool !== "parliament")
      .map((tool) => score(ask(tool, policies, 0, python), policies, false));
    corpora.push({ corpus: "AWS managed policies", scores });
    console.log(`\n${renderCorpus(corpora[1]!)}`);
  }
  console.log(
    `\n### Speed, side by side (${SPEED_GROUP} documents)\n\n${renderSpeed(writtenScores)}`,
  );
  const speed = JSON.parse(
    execFileSync(process.execPath, [...TS_NODE, path.join(__dirname, "evaluator-speed.ts")], {
      encoding: "utf8",
      maxBuffer: 16 * 1024 * 1024,
    }),
  ) as EvaluatorSpeed;
  const start = await measurePackStart(Math.max(rounds, 1));
  console.log(`\n### The evaluator alone\n\n${renderOwnSpeed(speed, start)}`);
  mkdirSync(RESULTS, { recursive: true });
  const file = path.join(RESULTS, "policies.json");
  const machine = { processors: os.cpus().length, node: process.version, load: os.loadavg()[0] };
  writeFileSync(file, `${JSON.stringify({ machine, corpora, speed, start }, undefined, 2)}\n`);
  console.log(`\nEverything is in ${path.relative(process.cwd(), file)}.`);
}

function parseChoices(): Choices {
  const { values } = parseArgs({
    options: {
      tools: { type: "string", default: TOOLS.join(",") },
      managed: { type: "string" },
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
  if (values.managed !== undefined && !existsSync(values.managed)) {
    throw new Error(
      `--managed is "${values.managed}", which does not exist; it takes a folder of JSON files, one for each policy.`,
    );
  }
  return { tools, managed: values.managed, rounds };
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
