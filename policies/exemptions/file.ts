import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { problemsOf, type Exemption } from "./exemption";

/** The environment variable that names another file. */
export const FILE_VARIABLE = "KENNEL_POLICY_EXEMPTIONS";

/** An entry and how a message calls it. */
export interface Entry extends Exemption {
  /** Such as `exemptions.json, entry 2 (no-full-access)`. */
  readonly place: string;
}

/** What the file says. */
export interface ExemptionFile {
  readonly path: string;
  readonly entries: readonly Entry[];
  /** What cannot be used as it is written: one sentence each. */
  readonly problems: readonly string[];
}

/**
 * The file that counts: the configured one, the environment variable's, or `exemptions.json` beside the pack's
 * PulumiPolicy.yaml. A relative path starts at the pack's folder, because that is where the engine runs the pack.
 */
export function readExemptions(
  configured: string | undefined,
  rules: readonly string[],
): ExemptionFile {
  const named = [configured, process.env[FILE_VARIABLE]].find((each) => each);
  const folder = packFolder(__dirname);
  const file = path.resolve(folder, named ?? "exemptions.json");
  // Nobody has to have exemptions; who names a file means it to be there.
  if (named === undefined && !existsSync(file)) {
    return { path: file, entries: [], problems: [] };
  }
  try {
    return entriesOf(file, JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, "")), rules);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "does not exist" : `cannot be read: ${message}`;
    return { path: file, entries: [], problems: [`${file} ${why}. No exemption counts.`] };
  }
}

function entriesOf(file: string, content: unknown, rules: readonly string[]): ExemptionFile {
  if (!Array.isArray(content)) {
    return {
      path: file,
      entries: [],
      problems: [`${file} is not a list of exemptions ([{ "rule": …, … }]). No exemption counts.`],
    };
  }
  const entries: Entry[] = [];
  const problems: string[] = [];
  for (const [index, entry] of (content as readonly unknown[]).entries()) {
    const wrong = problemsOf(entry, rules);
    const place = placeOf(file, index, entry);
    if (wrong.length === 0) {
      entries.push({ ...(entry as Exemption), place });
    } else {
      problems.push(`${place} ${wrong.join(", ")}. It does not count.`);
    }
  }
  return { path: file, entries, problems };
}

function placeOf(file: string, index: number, entry: unknown): string {
  const rule = (entry as Partial<Exemption> | null)?.rule;
  return `${file}, entry ${index + 1}${typeof rule === "string" ? ` (${rule})` : ""}`;
}

/** The pack's folder; the pack may be bundled into one file, so that this file's own place in it says nothing. */
function packFolder(from: string): string {
  const parent = path.dirname(from);
  return existsSync(path.join(from, "PulumiPolicy.yaml")) || parent === from
    ? from
    : packFolder(parent);
}
