import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { REPOSITORY } from "../repository";

/** The folder of the Pulumi project that `folder` is in, as the engine finds it; this repository where it is in none. */
export function projectAround(folder: string): string {
  if (existsSync(path.join(folder, "Pulumi.yaml"))) {
    return folder;
  }
  const above = path.dirname(folder);
  return above === folder ? REPOSITORY : projectAround(above);
}

/** A project's program: Pulumi.yaml's main, package.json's main, or index.ts. */
export function programOf(project: string): string {
  const declared = ["Pulumi.yaml", "package.json"]
    .map((file) => path.join(project, file))
    .filter((file) => existsSync(file))
    // YAML is a superset of JSON.
    .map((file) => (parse(readFileSync(file, "utf8")) as { main?: string } | null)?.main);
  return path.resolve(project, declared.find((main) => main !== undefined) ?? "index.ts");
}

/** Runs `run` in a project's folder, where Pulumi starts its program. */
export async function inProject<T>(project: string, run: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  process.chdir(project);
  try {
    return await run();
  } finally {
    process.chdir(before);
  }
}
