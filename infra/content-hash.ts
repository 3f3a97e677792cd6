import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** What is made from the sources or installed beside them, and never part of what is shipped. */
const ignoredNames: ReadonlySet<string> = new Set([
  "node_modules",
  "dist",
  "__pycache__",
  ".venv",
  ".cache",
  ".pytest_cache",
  ".ruff_cache",
]);

function isShipped(entry: fs.Dirent): boolean {
  return !ignoredNames.has(entry.name) && !/\.test\.ts$|^test_.*\.py$|\.log$/.test(entry.name);
}

/**
 * The files below `source` that are shipped: no tests, nothing built or installed.
 *
 * @param source a file or a directory below `root`
 * @returns paths relative to `root`, with forward slashes, in the same order on every machine
 */
export function listFiles(root: string, source: string): string[] {
  const absolute = path.join(root, source);
  if (fs.statSync(absolute).isFile()) {
    return [source];
  }
  return fs
    .readdirSync(absolute, { withFileTypes: true })
    .filter(isShipped)
    .flatMap((entry) => {
      const relative = path.posix.join(source, entry.name);
      // A link to a file is shipped as that file.
      const target = fs.statSync(path.join(root, relative), { throwIfNoEntry: false });
      return entry.isDirectory() ? listFiles(root, relative) : target?.isFile() ? [relative] : [];
    })
    .sort();
}

/** A hash of what a file or a directory holds, 16 hexadecimal digits; of a directory as {@link hashFiles} gives it. */
export function contentHash(file: string): string {
  return fs.statSync(file).isDirectory()
    ? hashFiles(file, listFiles(file, "."))
    : createHash("sha256").update(fs.readFileSync(file)).digest("hex").slice(0, 16);
}

/** A hash of the names and the bytes of `files`, 16 hexadecimal digits: the same on every machine. */
export function hashFiles(root: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = fs.readFileSync(path.join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}
