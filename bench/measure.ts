import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/**
 * Runs tasks in turn, so that all see the same machine. The first round only warms up.
 * @returns what each task returned, round by round
 */
export async function inTurn<Result>(
  rounds: number,
  tasks: Readonly<Record<string, () => Result | Promise<Result>>>,
): Promise<Record<string, Result[]>> {
  const results = Object.fromEntries(Object.keys(tasks).map((name) => [name, [] as Result[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, task] of Object.entries(tasks)) {
      const result = await task();
      if (round > 0) results[name]!.push(result);
    }
  }
  return results;
}

/** `median (lowest-highest)` of at least one number. */
export function spread(numbers: readonly number[], digits: number): string {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  const [half, low, high] = [median, sorted[0]!, sorted.at(-1)!].map((each) =>
    each.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  return `${half} (${low}-${high})`;
}

/** Prints a Markdown table, whose first row is its head, under a title. */
export function printTable(title: string, [head, ...rows]: readonly (readonly string[])[]): void {
  const lines = [head!, head!.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  console.log(`\n### ${title}\n\n${lines.join("\n")}`);
}

/** Writes everything that was measured to `bench/results/NAME.json`. */
export function writeResults(name: string, results: object): void {
  const file = path.join(__dirname, "results", `${name}.json`);
  const machine = { processors: os.cpus().length, node: process.version, load: os.loadavg()[0] };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine, ...results }, undefined, 2)}\n`);
  console.log(`\nEverything is in ${path.relative(process.cwd(), file)}.`);
}
