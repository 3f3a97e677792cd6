import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

const STOPPING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Arguments of Node with which a program ends with this command, however the command ends, SIGKILL included. */
export const END_WITH_PARENT = ["--require", path.join(__dirname, "end-with-parent.js")];

/** Arguments of Node that let it run TypeScript and load Pulumi's SDK quickly. */
export const TYPESCRIPT = ["--require", path.join(__dirname, "register.js")];

let stopping: Promise<void> | undefined;

/** Starts a Node program that ends with this command. */
export function startProgram(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): ChildProcess {
  return startOther(process.execPath, [...END_WITH_PARENT, ...args], options);
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

/** Gives `onLine` each line that a program prints, errors included. */
export function readLines({ stdout, stderr }: ChildProcess, onLine: (line: string) => void): void {
  for (const input of [stdout!, stderr!]) {
    createInterface({ input }).on("line", onLine);
  }
}

/** Whether a program that was started has not ended yet. */
export function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Ends a program by a signal, and by SIGKILL where it does not follow within so many seconds. */
export async function endProgram(
  child: ChildProcess,
  signal: NodeJS.Signals = "SIGTERM",
  seconds = 10,
): Promise<void> {
  if (isAlive(child)) {
    const ended = once(child, "exit");
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    await ended;
    clearTimeout(timer);
  }
}

/** Whether another process of this machine runs; one that left this one's id behind has ended. */
export function isOtherRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    // Another user's, which may not be asked, runs.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
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

/** A signal that is aborted when this command is told to stop; told twice, the command ends at once. */
export function abortedByStop(): AbortSignal {
  const controller = new AbortController();
  void stopSignal().then(() => controller.abort());
  return controller.signal;
}
