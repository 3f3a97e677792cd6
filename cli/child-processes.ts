import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const STOPPING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const END_WITH_PARENT = path.join(__dirname, "end-with-parent.js");

/** Arguments of Node that let it run TypeScript and load Pulumi's SDK quickly. */
export const TYPESCRIPT = ["--require", path.join(__dirname, "register.js")];

let stopping: Promise<void> | undefined;

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
  return spawn(program, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
}

/**
 * Resolves when this command is told to stop; from then on, ending in order is up to the caller. A command that does not
 * await it has no handler for signals, so that they end it at once, whatever it is busy with.
 */
export function stopSignal(): Promise<void> {
  stopping ??= Promise.race(STOPPING_SIGNALS.map((signal) => once(process, signal))).then(
    () => undefined,
  );
  return stopping;
}
