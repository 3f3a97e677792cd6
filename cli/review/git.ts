import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { UserError } from "../output/failure";

const run = promisify(execFile);

/** The commit that a change started from, checked out beside this checkout. */
export interface BaseCheckout {
  /** What was asked for, such as `origin/main`. */
  readonly ref: string;
  readonly commit: string;
  /** The project's folder in it. */
  readonly directory: string;
  /** The folder of both checkouts' roots, from the project's. */
  readonly root: string;
  /** Whether both sides ask for the same packages: the base is evaluated with those that are installed here. */
  readonly hasSamePackages: boolean;
  /** Takes the checkout away. */
  remove(): void;
}

/**
 * Checks out the commit that `ref` and the checkout of a Pulumi project have in common.
 *
 * @throws UserError where the project is not in a git repository, or that has no such commit.
 */
export async function checkOutBase(project: string, ref?: string): Promise<BaseCheckout> {
  const repository = await git(project, "rev-parse", "--show-toplevel");
  const inside = path.relative(repository, realpathSync(project));
  const asked = ref ?? (await firstKnown(repository, ["origin/main", "main", "origin/master"]));
  const commit = await commonCommit(repository, asked);
  const parent = mkdtempSync(path.join(os.tmpdir(), "kennel-review-"));
  const checkout = path.join(parent, path.basename(repository));
  const directory = path.join(checkout, inside);
  const remove = (): void => {
    rmSync(parent, { recursive: true, force: true });
    // Synchronous: it may be the last thing that this process does.
    execFileSync("git", ["-C", repository, "worktree", "prune"]);
  };
  try {
    await git(repository, "worktree", "add", "--quiet", "--detach", checkout, commit);
    for (const shared of [...SHARED, path.join(inside, "node_modules")]) {
      const here = path.join(repository, shared);
      const there = path.join(checkout, shared);
      if (existsSync(here) && existsSync(path.dirname(there)) && !existsSync(there)) {
        symlinkSync(here, there);
      }
    }
  } catch (error) {
    remove();
    throw error;
  }
  const lock = (root: string): string => {
    const file = path.join(root, "package-lock.json");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  const hasSamePackages = [".", inside].every(
    (folder) => lock(path.join(repository, folder)) === lock(path.join(checkout, folder)),
  );
  const root = path.relative(directory, checkout);
  return { ref: asked, commit, directory, root, hasSamePackages, remove };
}

/** What git ignores and an evaluation needs: packages, and archives that are named after their contents. */
const SHARED = ["node_modules", "cli/node_modules", ".cache"];

/** The commit of this checkout, shortened, with a mark where files differ from it. */
export async function describeHead(repository: string): Promise<string> {
  return git(repository, "describe", "--always", "--exclude=*", "--dirty=+changes");
}

async function firstKnown(repository: string, refs: readonly string[]): Promise<string> {
  for (const ref of refs) {
    if ((await commitOf(repository, ref)) !== "") {
      return ref;
    }
  }
  throw new UserError(
    `there is none of ${refs.join(", ")} to compare with. Name what the change is to be merged into, for example --base HEAD~1.`,
  );
}

/** The commit that a name stands for; empty where git does not know it. */
function commitOf(repository: string, ref: string): Promise<string> {
  const verify = ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`];
  return git(repository, ...verify).catch(() => "");
}

async function commonCommit(repository: string, ref: string): Promise<string> {
  const commit = await commitOf(repository, ref);
  if (commit === "") {
    throw new UserError(
      `git does not know the commit ${JSON.stringify(ref)} here. Name a branch, a tag or a commit with --base; in a shallow clone, fetch it first (actions/checkout: fetch-depth: 0).`,
    );
  }
  return git(repository, "merge-base", commit, "HEAD").catch(() => {
    throw new UserError(
      `${ref} and this checkout have no commit in common here. In a shallow clone, fetch the history first (actions/checkout: fetch-depth: 0).`,
    );
  });
}

async function git(repository: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("git", ["-C", repository, ...args]);
    return stdout.trim();
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
    throw new UserError(
      code === "ENOENT"
        ? "git is not installed, and is what finds the other side of the change."
        : `git ${args[0]} failed: ${stderr?.trim() ?? String(error)}`,
    );
  }
}
