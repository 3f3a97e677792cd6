import { readdirSync, readFileSync } from "node:fs";

/** Megabytes (10^6 bytes) of a process and its descendants. */
export interface TreeMemory {
  /** Proportional set size: pages that processes share are divided among them. */
  readonly pss: number;
  /** Sum of the largest resident set of each process so far. */
  readonly peakRss: number;
}

/** Reads /proc; processes that have ended meanwhile count as nothing. */
export function treeMemory(root: number): TreeMemory {
  const sum = (file: string, field: string) =>
    descendants(root).reduce((total, id) => total + kilobytes(`/proc/${id}/${file}`, field), 0) *
    0.001024;
  return { pss: sum("smaps_rollup", "Pss"), peakRss: sum("status", "VmHWM") };
}

function descendants(root: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
  const found = [root];
  for (const id of found) {
    found.push(...parents.filter(([, parent]) => parent === id).map(([child]) => child));
  }
  return found;
}

function parentOf(id: string): number {
  const stat = textOf(`/proc/${id}/stat`);
  // The name between parentheses may hold anything; the state and the parent follow its end.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function kilobytes(file: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(textOf(file))?.[1] ?? 0);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
