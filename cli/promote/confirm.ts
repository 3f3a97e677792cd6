import { createInterface } from "node:readline/promises";

import { UserError } from "../output/failure";

/**
 * Asks whether to go on; anything but `y` and `yes` is a no.
 *
 * @throws UserError where nobody can be asked
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new UserError("standard input is not a terminal, so nobody can be asked: add --yes.");
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} (y/N) `)).trim());
  } finally {
    terminal.close();
  }
}
