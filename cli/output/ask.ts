import { createInterface } from "node:readline/promises";

import { UserError } from "./failure";

/** @throws UserError where nobody can be asked */
export function requireTerminal(): void {
  if (!process.stdin.isTTY) {
    throw new UserError("standard input is not a terminal, so nobody can be asked: add --yes.");
  }
}

/**
 * Asks on the terminal whether to go on; anything but `y` or `yes` is a no, and so is the end of the input. Ctrl-C ends the
 * command.
 *
 * @throws UserError where nobody can be asked
 */
export async function confirm(question: string): Promise<boolean> {
  requireTerminal();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Readline takes Ctrl-C for itself on a terminal.
  terminal.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const ended = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  const answer = terminal.question(`${question} (y/N) `);
  try {
    return /^y(es)?$/i.test((await Promise.race([answer, ended])).trim());
  } finally {
    terminal.close();
  }
}
