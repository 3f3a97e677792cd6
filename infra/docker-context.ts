import * as fs from "node:fs";
import * as path from "node:path";
import { listFiles } from "./content-hash";

// The name part of a pattern such as **/*.test.ts, as a regular expression.
function namePattern(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");
  return new RegExp(`^${escaped}$`);
}

/** The containers of this repository: the folders of `containers/` that have a Dockerfile. */
export function containerNames(root: string): string[] {
  const containers = path.join(root, "containers");
  return fs
    .readdirSync(containers)
    .filter((name) => fs.existsSync(path.join(containers, name, "Dockerfile")))
    .sort();
}

/**
 * The files that Docker sends to the builder for `dockerfile`, as its `.dockerignore` beside it says.
 *
 * That file is an allow-list: `*`, then `!path` for each file or directory, then `**` and a slash before each name that is left
 * out of them.
 * So a file that no one copies never changes an image's tag, and one that is copied always does.
 *
 * @param root the build context
 * @param dockerfile path from `root`
 * @returns paths from `root`, sorted
 * @throws Error when the ignore file is missing or of another form
 */
export function dockerContextFiles(root: string, dockerfile: string): string[] {
  const ignoreFile = `${dockerfile}.dockerignore`;
  if (!fs.existsSync(path.join(root, ignoreFile))) {
    throw new Error(
      `${ignoreFile} is missing. It lists what the image is made from: "*", then a line "!path" for everything that the Dockerfile copies.`,
    );
  }
  const lines = fs
    .readFileSync(path.join(root, ignoreFile), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const [everything, ...rules] = lines;
  const unexpected = rules.find((rule) => !/^(!|\*\*\/)[^!]+$/.test(rule));
  if (everything !== "*" || unexpected !== undefined) {
    throw new Error(
      `${ignoreFile} is not an allow-list: it must start with "*" and go on with "!path" and "**/name"${unexpected === undefined ? "" : `, not "${unexpected}"`}.`,
    );
  }
  const excluded = rules
    .filter((rule) => !rule.startsWith("!"))
    .map((rule) => namePattern(rule.slice("**/".length)));
  const included = rules
    .filter((rule) => rule.startsWith("!"))
    .flatMap((rule) => listFiles(root, rule.slice(1)))
    .filter((file) => !file.split("/").some((name) => excluded.some((test) => test.test(name))));
  return [...new Set([dockerfile, ...included])].sort();
}
