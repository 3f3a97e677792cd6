import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { isOtherRunning } from "../child-processes";
import { REPOSITORY } from "../repository";
import { UpdateInProgress } from "../stack/stack";

/** Where one checkout keeps who is changing a stack's configuration file. */
export const LOCKS = path.join(REPOSITORY, ".cache", "promotions");

/** The locks of this process. */
const held = new Set<string>();

/**
 * Keeps everybody else on this machine from changing a stack's model while `work` is at it; other machines are kept off by the
 * stack's own state.
 *
 * @throws UpdateInProgress where somebody else is at it
 */
export async function withPromotionLock<Result>(
  stack: string,
  work: () => Promise<Result>,
): Promise<Result> {
  mkdirSync(LOCKS, { recursive: true });
  const file = path.join(LOCKS, `${encodeURIComponent(stack)}.pid`);
  lock(file, stack);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
    held.delete(file);
  }
}

function lock(file: string, stack: string): void {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    held.add(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw error;
    }
    const pid = Number(readFileSync(file, "utf8"));
    if (held.has(file) || isOtherRunning(pid)) {
      throw new UpdateInProgress(
        `another promotion or rollback of the stack ${stack} is running (process ${pid}): wait until it has ended, then run the same command.`,
      );
    }
    // Whoever made it was killed.
    rmSync(file, { force: true });
    lock(file, stack);
  }
}
