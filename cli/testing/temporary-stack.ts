import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { stringify } from "yaml";

import { REPOSITORY, SAMPLE_MODEL } from "../repository";

/** A stack file beside the repository's own, with a name that nothing else has. */
export class TemporaryStack {
  readonly name = `test-${randomBytes(3).toString("hex")}`;
  readonly file = path.join(REPOSITORY, `Pulumi.${this.name}.yaml`);

  /** Writes the configuration; keys without `kennel:`. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    const own = Object.entries(settings).map(([key, value]) => [`kennel:${key}`, value]);
    const config = { "aws:region": "us-east-1", ...Object.fromEntries(own) };
    writeFileSync(this.file, `# Kept by every change.\n${stringify({ config })}`);
  }

  read(): string {
    return readFileSync(this.file, "utf8");
  }

  remove(): void {
    rmSync(this.file, { force: true });
  }
}

/** A copy of the sample model, some of whose files are others; undefined leaves a file out. */
export function modelLike(files: Readonly<Record<string, string | undefined>>): string {
  const directory = mkdtempSync(path.join(tmpdir(), "kennel-model-"));
  cpSync(SAMPLE_MODEL, directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) {
      rmSync(path.join(directory, name));
    } else {
      writeFileSync(path.join(directory, name), content);
    }
  }
  return directory;
}
