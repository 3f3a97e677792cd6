import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { Parser, type ReadEntry } from "tar";

/** What is wanted of a `.tar.gz`. */
export interface ArchiveContent {
  /** Text of the files that were asked for, by name. */
  readonly texts: ReadonlyMap<string, string>;
  /** SHA-256 in hexadecimal of the other files that were asked for, by name. */
  readonly digests: ReadonlyMap<string, string>;
}

/**
 * Reads files of a `.tar.gz` as it comes, without writing any.
 *
 * @throws where it is not one, or ends too early.
 */
export async function readArchive(
  stream: Readable,
  wanted: { readonly texts: readonly string[]; readonly digests?: readonly string[] },
): Promise<ArchiveContent> {
  const texts = new Map<string, string>();
  const digests = new Map<string, string>();
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      const name = entry.path.replace(/^\.\//, "");
      if (wanted.texts.includes(name)) {
        const chunks: Buffer[] = [];
        entry.on("data", (chunk: Buffer) => chunks.push(chunk));
        entry.on("end", () => texts.set(name, Buffer.concat(chunks).toString()));
      } else if (wanted.digests?.includes(name) === true) {
        const hash = createHash("sha256");
        entry.on("data", (chunk: Buffer) => hash.update(chunk));
        entry.on("end", () => digests.set(name, hash.digest("hex")));
      } else {
        entry.resume();
      }
    },
  });
  await pipeline(stream, parser);
  return { texts, digests };
}
