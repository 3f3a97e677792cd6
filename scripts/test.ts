/**
 * `npm test`: sets up what the tests need, runs every check and suite, and ends with `N passed, N failed`.
 * `npm test -- --only mocha` (or `python`, `checks`) runs a part.
 */
import { spawn } from "node:child_process";
import path from "node:path";

import { ensurePythonEnvironment, PYTHON } from "./python-environment";

const REPOSITORY = path.resolve(__dirname, "..");
const PYTHON_SOURCES = [
  "training-scripts",
  "containers/training/train",
  "containers/training/tune",
  "infra",
  "cli",
  "bench",
];

/** Named here and not in .mocharc.json, where it would add itself to a single file that somebody runs. */
const SPECIFICATIONS =
  "{bench,cli,containers,examples,functions,infra,integration,packages,policies,scripts,systems}/**/*.test.ts";

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A command whose output is read for the counts of what it ran. */
interface Step {
  readonly part: "checks" | "mocha" | "python";
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly count: (output: string, succeeded: boolean) => Counts;
}

const STEPS: readonly Step[] = [
  check("format (Prettier)", "prettier", ["--check", "."]),
  check("lint (ESLint)", "eslint", [".", "--max-warnings", "0"]),
  check("types (tsc)", "tsc", ["--noEmit"]),
  check("licences", "npm", ["run", "--silent", "licences"]),
  check("boundaries (dependency-cruiser)", "npm", ["run", "--silent", "boundaries"]),
  pythonCheck("format (Ruff)", ["format", "--check"]),
  pythonCheck("lint (Ruff)", ["check"]),
  {
    part: "checks",
    title: "types (mypy)",
    command: PYTHON,
    args: ["-m", "mypy", "--config-file", "training-scripts/pyproject.toml"],
    count: countCheck,
  },
  {
    part: "mocha",
    title: "TypeScript tests (mocha)",
    command: executable("mocha"),
    args: [SPECIFICATIONS],
    count: countMocha,
  },
  {
    part: "python",
    title: "Python tests (pytest)",
    command: PYTHON,
    args: ["-m", "pytest", "training-scripts"],
    count: countPytest,
  },
];

async function main(): Promise<void> {
  const only = chosenPart();
  ensurePythonEnvironment();
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const step of STEPS.filter((each) => only === undefined || each.part === only)) {
    const counts = await runStep(step);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

function chosenPart(): string | undefined {
  const [flag, part] = process.argv.slice(2);
  const parts = [...new Set(STEPS.map((step) => step.part as string))];
  if (flag === undefined) {
    return undefined;
  }
  if (flag !== "--only" || part === undefined || !parts.includes(part)) {
    throw new Error(`usage: npm test [-- --only ${parts.join("|")}]`);
  }
  return part;
}

async function runStep(step: Step): Promise<Counts> {
  console.log(`\n== ${step.title}`);
  const { output, code } = await runCommand(step);
  const counts = step.count(output, code === 0);
  // A suite that dies before it can count has failed all the same.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function runCommand(step: Step): Promise<{ output: string; code: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(step.command, step.args, {
      cwd: REPOSITORY,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      process.stdout.write(chunk);
    });
    child.once("error", (error) => {
      console.error(error.message);
      resolve({ output, code: null });
    });
    child.once("close", (code) => resolve({ output, code }));
  });
}

function check(title: string, command: string, args: readonly string[]): Step {
  const program = command === "npm" ? command : executable(command);
  return { part: "checks", title, command: program, args, count: countCheck };
}

function pythonCheck(title: string, args: readonly string[]): Step {
  return {
    part: "checks",
    title,
    command: PYTHON,
    args: ["-m", "ruff", ...args, ...PYTHON_SOURCES],
    count: countCheck,
  };
}

function executable(name: string): string {
  return path.join(REPOSITORY, "node_modules", ".bin", name);
}

function countCheck(_output: string, succeeded: boolean): Counts {
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
}

/** Mocha's spec reporter ends with `12 passing (3s)`, `1 pending`, `2 failing`. */
function countMocha(output: string): Counts {
  return {
    passed: lastNumber(output, /^\s+(\d+) passing/gm),
    failed: lastNumber(output, /^\s+(\d+) failing/gm),
    skipped: lastNumber(output, /^\s+(\d+) pending/gm),
  };
}

/** Pytest's last line: `1 failed, 12 passed, 1 skipped in 3.21s`. */
function countPytest(output: string): Counts {
  const last = output.trim().split("\n").at(-1) ?? "";
  const errors = lastNumber(last, /(\d+) errors?/g);
  return {
    passed: lastNumber(last, /(\d+) passed/g),
    failed: lastNumber(last, /(\d+) failed/g) + errors,
    skipped: lastNumber(last, /(\d+) skipped/g),
  };
}

function lastNumber(text: string, pattern: RegExp): number {
  return Number([...text.matchAll(pattern)].at(-1)?.[1] ?? 0);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
