import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { makeOnce } from "./content-cache";
import { hashFiles } from "./content-hash";
import { dockerContextFiles } from "./docker-context";
import { projectRoot } from "./project-root";

/** What an image is built from. */
export interface BuildContext {
  /** Absolute path of a folder with the image's sources and Dockerfile alone; the same bytes and permissions everywhere. */
  readonly directory: string;
  /** Hash of names, permissions and bytes, 16 hexadecimal digits. */
  readonly contentHash: string;
}

/** Contexts are made again whenever their content changes, so git ignores them. */
const defaultCache = path.join(projectRoot, ".cache", "images");

/**
 * Copies what `dockerfile` is built from into a folder of its own.
 *
 * Builders look at file permissions, and a checkout's depend on the umask: here a file has 0755 where its owner may execute
 * it, which is all that git records, and 0644 otherwise.
 *
 * @param root the repository's root
 * @param dockerfile path from `root`
 * @param cache folder for contexts; one that already holds this content is used again
 * @throws Error when the Dockerfile's ignore file is missing or of another form
 */
export function buildContext(
  root: string,
  dockerfile: string,
  cache: string = defaultCache,
): BuildContext {
  const files = dockerContextFiles(root, dockerfile);
  const isExecutable = (file: string): boolean =>
    (fs.statSync(path.join(root, file)).mode & 0o100) !== 0;
  const contentHash = createHash("sha256")
    .update([hashFiles(root, files), ...files.filter(isExecutable)].join("\0"))
    .digest("hex")
    .slice(0, 16);
  const name = path.basename(path.dirname(dockerfile));
  const directory = path.join(cache, `${name}-${contentHash}`);
  makeOnce(directory, (unfinished) => {
    for (const file of files) {
      const copy = path.join(unfinished, file);
      fs.mkdirSync(path.dirname(copy), { recursive: true });
      fs.copyFileSync(path.join(root, file), copy);
      fs.chmodSync(copy, isExecutable(file) ? 0o755 : 0o644);
    }
    for (const entry of fs.readdirSync(unfinished, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) fs.chmodSync(path.join(entry.parentPath, entry.name), 0o755);
    }
  });
  return { directory, contentHash };
}
