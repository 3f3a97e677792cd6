import { execFileSync } from "node:child_process";
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { REPOSITORY } from "../cli/repository";

/** A clone of this repository as it is now, with what is installed: what runs there may change any file of it. */
export function checkOut(): string {
  const checkout = mkdtempSync(path.join(tmpdir(), "kennel-checkout-"));
  const git = (cwd: string, ...args: readonly string[]): string =>
    execFileSync("git", args, { cwd, encoding: "utf8" });
  for (const file of git(REPOSITORY, "ls-files", "-z").split("\0").filter(Boolean)) {
    cpSync(path.join(REPOSITORY, file), path.join(checkout, file));
  }
  linkPackages("node_modules", checkout);
  symlinkSync(path.join(REPOSITORY, ".venv"), path.join(checkout, ".venv"));
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  git(checkout, "init", "--quiet", "--initial-branch=main");
  git(checkout, "add", "--all");
  git(checkout, ...author, "commit", "--quiet", "--message", "Check out");
  return checkout;
}

/** Links to what npm has installed; its own links to the workspaces are made anew, so that they lead into the checkout. */
function linkPackages(folder: string, checkout: string): void {
  mkdirSync(path.join(checkout, folder));
  for (const name of readdirSync(path.join(REPOSITORY, folder))) {
    const [from, to] = [path.join(REPOSITORY, folder, name), path.join(checkout, folder, name)];
    if (lstatSync(from).isSymbolicLink()) {
      symlinkSync(readlinkSync(from), to);
    } else if (name === ".bin" || name.startsWith("@kennel")) {
      linkPackages(path.join(folder, name), checkout);
    } else {
      symlinkSync(from, to);
    }
  }
}
