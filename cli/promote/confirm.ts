import { agrees } from "../output/ask";
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
  return agrees(`${question} (y/N) `);
}
