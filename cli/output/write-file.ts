import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { UserError } from "./failure";

/** Writes text to a file, whose folder is made where it is missing. */
export function writeText(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${text.trimEnd()}\n`);
  } catch (error) {
    throw new UserError(`can't write ${file}: ${(error as Error).message}.`);
  }
}
