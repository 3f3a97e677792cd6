/**
 * `npm test`: sets up what the tests need, runs checks and suites side by side, and ends with `N passed, N failed`.
 * `npm test -- --only mocha` (or `python`, `checks`) runs a part.
 */
import { spawn } from "node:child_process";
import path from "node:path";

import { PYTHON } from "./python-environment";

const REPOSITORY = path.resolve(__dirname, "..");
const PYTHON_ENVIRONMENT = path.join(__dirname, "python-environment.ts");
const PYTHON_SOURCES = [
  "training-scripts",
  "containers/training/train",
  "containers/training/tune",
  "infra",
  "cli",
  "bench",
];

// Which files: named here and not in .mocharc.json, where they would be added to a single file that somebody runs.
/** With the examples: `kennel init` and they build the same packages, and a build starts by removing the former. */
const COMMAND_LINE = "{cli,examples,integration}/**/*.test.ts";
const EVERYTHING_ELSE =
  "{bench,containers,functions,infra,packages,policies,scripts,systems}/**/*.test.ts";

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
  /** Whether it waits for the Python environment. */
  readonly needsPython: boolean;
  readonly count: (output: string, succeeded: boolean) => Counts;
}

const STEPS: readonly Step[] = [
  check("format (Oxfmt)", "npm", ["run", "--silent", "format:check"]),
  check("lint (ESLint)", "eslint", [".", "--max-warnings", "0"]),
  check("types (tsc)", "npm", ["run", "--silent", "types"]),
  check("boundaries (dependency-cruiser)", "npm", ["run", "--silent", "boundaries"]),
  { ...check("licences", "npm", ["run", "--silent", "licences"]), needsPython: true },
  pythonCheck("format (Ruff)", ["ruff", "format", "--check", ...PYTHON_SOURCES]),
  pythonCheck("lint (Ruff)", ["ruff", "check", ...PYTHON_SOURCES]),
  pythonCheck("types (mypy)", ["mypy", "--config-file", "training-scripts/pyproject.toml"]),
  mocha("TypeScript tests of the command line and the examples (mocha)", COMMAND_LINE),
  mocha("TypeScript tests of everything else (mocha)", EVERYTHING_ELSE),
  {
    part: "python",
    title: "Python tests (pytest)",
    command: PYTHON,
    args: ["-m", "pytest", "training-scripts"],
    needsPython: true,
    count: countPytest,
  },
];

async function main(): Promise<void> {
  const only = chosenPart();
  const steps = STEPS.filter((each) => only === undefined || each.part === only);
  const environment = runCommand(
    { command: executable("ts-node"), args: [PYTHON_ENVIRONMENT] },
    (text) => process.stdout.write(text),
  );
  const printer = new Printer();
  const outputs = new Map(steps.map((step) => [step, printer.next()]));
  const isMocha = ({ part }: Step): boolean => part === "mocha";
  // Mocha's tests wait for other processes much of the time.
  const lanes = [
    ...steps.filter(isMocha).map((step) => [step]),
    steps.filter((step) => !isMocha(step)),
  ];
  const total = { passed: 0, failed: 0, skipped: 0 };
  await Promise.all(
    lanes.map(async (lane) => {
      for (const step of lane) {
        const output = outputs.get(step)!;
        output.write(`\n== ${step.title}\n`);
        if (step.needsPython && (await environment).code !== 0) {
          output.write("There is no Python environment: see above.\n");
          total.failed += 1;
        } else {
          const counts = await runStep(step, output);
          total.passed += counts.passed;
          total.failed += counts.failed;
          total.skipped += counts.skipped;
        }
        output.end();
      }
    }),
  );
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

interface Output {
  write(text: string): void;
  end(): void;
}

/** Prints what runs side by side one after the other, in the order in which it was asked for. */
class Printer {
  private readonly waiting: { text: string; ended: boolean }[] = [];

  next(): Output {
    const output = { text: "", ended: false };
    this.waiting.push(output);
    return {
      write: (text) => {
        output.text += text;
        this.print();
      },
      end: () => {
        output.ended = true;
        this.print();
      },
    };
  }

  private print(): void {
    const [first] = this.waiting;
    if (first === undefined) {
      return;
    }
    process.stdout.write(first.text);
    first.text = "";
    if (first.ended) {
      this.waiting.shift();
      this.print();
    }
  }
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

async function runStep(step: Step, output: Output): Promise<Counts> {
  const { stdout, code } = await runCommand(step, (text) => output.write(text));
  const counts = step.count(stdout, code === 0);
  // A suite that dies before it can count has failed all the same.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function runCommand(
  { command, args }: Pick<Step, "command" | "args">,
  print: (text: string) => void,
): Promise<{ stdout: string; code: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: REPOSITORY, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      print(text);
    });
    child.stderr.setEncoding("utf8").on("data", print);
    child.once("error", (error) => {
      print(`${error.message}\n`);
      resolve({ stdout, code: null });
    });
    child.once("close", (code) => resolve({ stdout, code }));
  });
}

function check(title: string, command: string, args: readonly string[]): Step {
  const program = command === "npm" ? command : executable(command);
  return { part: "checks", title, command: program, args, needsPython: false, count: countCheck };
}

function pythonCheck(title: string, args: readonly string[]): Step {
  return {
    part: "checks",
    title,
    command: PYTHON,
    args: ["-m", ...args],
    needsPython: true,
    count: countCheck,
  };
}

function mocha(title: string, files: string): Step {
  return {
    part: "mocha",
    title,
    command: executable("mocha"),
    args: [files],
    needsPython: true,
    count: countMocha,
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
