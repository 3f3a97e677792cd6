import * as path from "node:path";
import * as tar from "tar";
import { makeOnce } from "./content-cache";
import { hashFiles, listFiles } from "./content-hash";
import { projectRoot } from "./project-root";

/** A packed directory. */
export interface PackedDirectory {
  /** Path of the `.tar.gz`. */
  readonly path: string;
  /** Hash of what is inside, 16 hexadecimal digits; independent of dates, owners and compression. */
  readonly contentHash: string;
}

/** Archives are made again whenever their content changes, so git ignores them. */
const defaultCache = path.join(projectRoot, ".cache", "archives");

/**
 * Packs `directory` as a `.tar.gz` whose bytes depend on nothing but the files: no owner, no date, sorted.
 *
 * @param cache folder for archives; one that already holds this content is used again
 */
export function packDirectory(directory: string, cache: string = defaultCache): PackedDirectory {
  const files = listFiles(directory, ".");
  const contentHash = hashFiles(directory, files);
  const archive = path.join(cache, `${path.basename(directory)}-${contentHash}.tar.gz`);
  makeOnce(archive, (file) => {
    tar.create(
      {
        sync: true,
        cwd: directory,
        file,
        gzip: { level: 9 },
        portable: true,
        follow: true,
        noDirRecurse: true,
        mtime: new Date(0),
        onWriteEntry: ({ stat }) => {
          // Which permissions a checkout gives is the machine's business; regular files are all there are.
          stat!.mode = 0o100644;
        },
      },
      files,
    );
  });
  return { path: archive, contentHash };
}
