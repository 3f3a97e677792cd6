import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

import { PYTHON } from "../scripts/python-environment";
import { UserError } from "./output/failure";
import { REPOSITORY } from "./repository";

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** How a script of `training-scripts/` is run. */
export interface PythonRun {
  readonly environment?: Readonly<Record<string, string>>;
  /** Gets each line of its standard output, which is shown as it is otherwise. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a script of `training-scripts/` in the project's Python environment. Signals reach it, and it ends in its own way.
 *
 * @returns its exit status; 1 where a signal has ended it.
 * @throws UserError where there is no Python environment.
 */
export async function runPython(
  script: string,
  args: readonly string[],
  { environment = {}, onLine }: PythonRun = {},
): Promise<number> {
  requirePython();
  const child = spawn(PYTHON, [path.join(REPOSITORY, "training-scripts", script), ...args], {
    stdio: ["ignore", onLine === undefined ? "inherit" : "pipe", "inherit"],
    env: { ...process.env, PYTHONUNBUFFERED: "1", ...environment },
  });
  if (onLine !== undefined) {
    createInterface({ input: child.stdout! }).on("line", onLine);
  }
  // Ctrl-C in a terminal reaches the script by itself; either way this command ends when the script does.
  const forward = (signal: NodeJS.Signals): void => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) {
      child.kill(signal);
    }
  };
  SIGNALS.forEach((signal) => process.on(signal, forward));
  const [code] = (await once(child, "close")) as [number | null];
  SIGNALS.forEach((signal) => process.off(signal, forward));
  return code ?? 1;
}

/** @throws UserError where there is no Python environment. */
export function requirePython(): void {
  if (!existsSync(PYTHON)) {
    throw new UserError(
      `there is no Python environment at ${path.relative(process.cwd(), PYTHON)}: make it with \`npm run setup:python\`.`,
    );
  }
}
