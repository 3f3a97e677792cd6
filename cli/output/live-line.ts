import ora, { type Ora } from "ora";

/**
 * Whether progress can be drawn on standard error. A terminal that has not been given a size, such as a container's, says that it
 * has no columns: a spinner would look for its end forever.
 */
export function isDrawable(): boolean {
  return process.stderr.isTTY && process.stderr.columns > 0;
}

/**
 * What is going on, below the lines that are printed meanwhile: a spinner on a terminal, which steps aside for them; nothing in
 * a log. It is shown once it is started.
 */
export function liveLine(text = ""): Ora {
  return ora({ text, stream: process.stderr, discardStdin: false, isSilent: !isDrawable() });
}
