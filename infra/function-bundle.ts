import * as path from "node:path";
import { buildFunction } from "../functions/classify/build";
import { makeOnce } from "./content-cache";
import { hashFiles, listFiles } from "./content-hash";
import { projectRoot } from "./project-root";

/** What npm has installed. The lockfile of a commit that is only looked at says something else. */
const installedPackages = "node_modules/.package-lock.json";

/** The function's bundle, which is built once for the same sources and packages. */
export function functionBundle(): string {
  const contentHash = hashFiles(projectRoot, [
    ...listFiles(projectRoot, "functions"),
    installedPackages,
  ]);
  const directory = path.join(projectRoot, ".cache", "functions", `classify-${contentHash}`);
  makeOnce(directory, buildFunction);
  return directory;
}
