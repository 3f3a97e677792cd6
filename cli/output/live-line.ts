import ora, { type Ora } from "ora";

/**
 * What is going on, below the lines that are printed meanwhile: a spinner on a terminal, which steps aside for them; nothing in
 * a log. It is shown once it is started.
 */
export function liveLine(): Ora {
  return ora({ stream: process.stderr, discardStdin: false, isSilent: !process.stderr.isTTY });
}
