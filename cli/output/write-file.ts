import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Writes text to a file, whose folder is made where it is missing. */
export function writeText(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${text.trimEnd()}\n`);
}
