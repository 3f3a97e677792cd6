import { execFileSync } from "node:child_process";

import { REPOSITORY } from "../repository";

/** Every document but the changelog, which also names what is gone, and the README of new projects; paths in the repository. */
export function documents(): string[] {
  const files = execFileSync("git", ["ls-files", "*.md"], { cwd: REPOSITORY, encoding: "utf8" });
  return files
    .trim()
    .split("\n")
    .filter((file) => file !== "CHANGELOG.md" && !file.startsWith("cli/init/template/"));
}
