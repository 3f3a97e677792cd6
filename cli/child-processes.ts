import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import path from "node:path";

const STOPPING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const END_WITH_PARENT = path.join(__dirname, "end-with-parent.js");

const running = new Set<ChildProcess>();
let isSignalAwaited = false;

/** Starts a Node program that ends with this command, however the command ends, SIGKILL included. */
export function startProgram(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): ChildProcess {
  return startOther(process.execPath, ["--require", END_WITH_PARENT, ...args], options);
}

/**
 * Starts any other program. Where this command is killed without a word, its standard input closes, which is how a script of
 * ours notices.
 */
export function startOther(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): ChildProcess {
  return endWithCommand(spawn(program, args, { ...options, stdio: ["pipe", "pipe", "pipe"] }));
}

function endWithCommand(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Resolves when this command is told to stop; from now on, ending in order is up to the caller. */
export async function stopSignal(): Promise<void> {
  isSignalAwaited = true;
  await Promise.race(STOPPING_SIGNALS.map((signal) => once(process, signal)));
}

/** Lets signals end this command and what it started, where nobody awaits {@link stopSignal}. To be called once, at the start. */
export function endProgramsWithCommand(): void {
  process.on("exit", () => running.forEach((child) => child.kill()));
  for (const signal of STOPPING_SIGNALS) {
    process.on(signal, () => {
      if (!isSignalAwaited) {
        process.exit(128 + constants.signals[signal]);
      }
    });
  }
}
