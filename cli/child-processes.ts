import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";

const STOPPING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const running = new Set<ChildProcess>();
let isSignalAwaited = false;

/** Starts a program that ends with this command, however the command ends. */
export function startProgram(
  file: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const child = spawn(file, args, options);
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
