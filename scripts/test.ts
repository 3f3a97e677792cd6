/**
 * `npm test`: sets up what the tests need, runs checks and suites side by side, and ends with `N passed, N failed`.
 * `npm test -- --only mocha` (or `python`, `checks`) runs a part.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { PassThrough } from "node:stream";

import { PYTHON } from "./python-environment";

const REPOSITORY = path.resolve(__dirname, "..");
const NODE_COMPILE_CACHE = path.join(REPOSITORY, ".cache", "compiled");
const PYTHON_SOURCES = [
  "training-scripts",
  "containers/training/train",
  "containers/training/tune",
  "infra",
  "cli",
  "bench",
];

// Which files: named here and not in .mocharc.json, where they would be added to a single file that somebody runs.
const UPDATES = "cli/{promote,stack}/**/*.test.ts";
const SANDBOX = "cli/{batch,invoke,jobs,load,local,models,sandbox,status}/**/*.test.ts";
const DOCUMENTS = "integration/documents.test.ts";
const IMAGE = "scripts/build-image.test.ts";

/** A command whose output is read for the counts of what it ran. */
interface Step {
  readonly part: "checks" | "mocha" | "python";
  readonly title: string;
  readonly command: readonly string[];
  /** Whether it does without the Python environment, and so need not wait for it. */
  readonly early?: boolean;
}

// In this order: what does without Python while it is installed, then the longest first.
const STEPS: readonly Step[] = [
  { ...mocha("the inference image", IMAGE), early: true },
  { part: "checks", title: "lint (ESLint)", command: script("lint"), early: true },
  { part: "checks", title: "types (tsc)", command: script("types"), early: true },
  { part: "checks", title: "boundaries", command: script("boundaries"), early: true },
  { part: "checks", title: "format (Oxfmt)", command: script("format:check"), early: true },
  { ...mocha("policies", "policies/**/*.test.ts"), early: true },
  { part: "python", title: "tests of training", command: python("pytest", "training-scripts") },
  mocha("the documents", DOCUMENTS),
  // With the examples: `kennel init` and they build the same packages, and a build starts by removing the former.
  mocha(
    "the command line and the examples",
    "{cli,examples,integration}/**/*.test.ts",
    ...[UPDATES, SANDBOX, DOCUMENTS].flatMap((files) => ["--ignore", files]),
  ),
  mocha("updates and promotions", UPDATES),
  mocha("the sandbox", SANDBOX),
  mocha(
    "the program, its packages and functions",
    "{bench,containers,functions,infra,packages,scripts,systems}/**/*.test.ts",
    ...["--ignore", IMAGE],
  ),
  {
    part: "checks",
    title: "types (mypy)",
    command: python("mypy", "--config-file", "training-scripts/pyproject.toml"),
  },
  { part: "checks", title: "licences", command: script("licences") },
  {
    part: "checks",
    title: "format (Ruff)",
    command: python("ruff", "format", "--check", ...PYTHON_SOURCES),
  },
  { part: "checks", title: "lint (Ruff)", command: python("ruff", "check", ...PYTHON_SOURCES) },
];

/** How many steps run at a time: one more than the cores of a small machine, because some tests wait for other processes. */
const AT_A_TIME = 3;

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

async function main(): Promise<void> {
  const only = chosenPart();
  const steps = STEPS.filter(({ part }) => only === undefined || part === only).map((step) => ({
    ...step,
    // All that it prints is kept until the steps before it have ended.
    output: new PassThrough(),
  }));
  const environment = run(script("setup:python"), process.stdout);
  const queue = [...steps];
  const total = { passed: 0, failed: 0, skipped: 0 };
  const runQueue = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const { output, early } = step;
      const start = performance.now();
      output.write(`\n== ${step.part}: ${step.title}\n`);
      if (!early && !(await environment).succeeded) {
        output.write("There is no Python environment: see above.\n");
        total.failed += 1;
      } else {
        const { passed, failed, skipped } = count(step, await run(step.command, output));
        total.passed += passed;
        total.failed += failed;
        total.skipped += skipped;
      }
      output.end(`Ended after ${Math.round((performance.now() - start) / 1000)} seconds.\n`);
    }
  };
  const runners = Array.from({ length: AT_A_TIME }, runQueue);
  for (const { output } of steps) {
    for await (const text of output) {
      process.stdout.write(text as Buffer);
    }
  }
  await Promise.all(runners);
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

interface Ended {
  readonly printed: string;
  readonly succeeded: boolean;
}

function run(
  [program = "", ...args]: readonly string[],
  output: NodeJS.WritableStream,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: REPOSITORY,
      // What is compiled is kept: each process would take seconds for it again.
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "", NODE_COMPILE_CACHE },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      output.write(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => output.write(text));
    child.once("error", (error) => output.write(`${error.message}\n`));
    child.once("close", (code) => {
      resolve({ printed, succeeded: code === 0 });
    });
  });
}

function script(name: string): string[] {
  return ["npm", "run", "--silent", name];
}

function python(module: string, ...args: readonly string[]): string[] {
  return [PYTHON, "-m", module, ...args];
}

function mocha(what: string, ...args: readonly string[]): Step {
  const program = path.join(REPOSITORY, "node_modules/.bin/mocha");
  return { part: "mocha", title: `tests of ${what}`, command: [program, ...args] };
}

function count({ part }: Step, { printed, succeeded }: Ended): Counts {
  if (part === "checks") {
    return { passed: Number(succeeded), failed: Number(!succeeded), skipped: 0 };
  }
  // Mocha ends with lines like `12 passing (3s)`, pytest with one like `1 failed, 12 passed, 1 skipped in 3.21s`.
  const summary = part === "python" ? printed.trim().split("\n").at(-1)! : printed;
  const last = (words: string): number =>
    Number(
      [...summary.matchAll(new RegExp(`(?:^ *|, )(\\d+) (?:${words})`, "gm"))].at(-1)?.[1] ?? 0,
    );
  return {
    passed: last("passing|passed"),
    // A suite that dies before it can count has failed all the same.
    failed: succeeded ? 0 : Math.max(last("failing|failed"), 1),
    skipped: last("pending|skipped"),
  };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
