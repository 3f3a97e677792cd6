import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { UserError } from "../output/failure";
import { REPOSITORY } from "../repository";

/**
 * The Pulumi project that a user means: the one that the named folder is in, as the engine finds it; where none is named,
 * the one of the current folder, else this repository.
 */
export function chooseProject(named: string | undefined): string {
  const project = projectAround(path.resolve(named ?? "."));
  if (project === undefined && named !== undefined) {
    throw new UserError(
      `--project ${named}: there is no Pulumi.yaml in it, nor in a folder above it. Name the folder that has it.`,
    );
  }
  return project ?? REPOSITORY;
}

function projectAround(folder: string): string | undefined {
  if (existsSync(path.join(folder, "Pulumi.yaml"))) {
    return folder;
  }
  const above = path.dirname(folder);
  return above === folder ? undefined : projectAround(above);
}

/**
 * A project's program: Pulumi.yaml's main, package.json's main where that is built, or its index file.
 *
 * @throws UserError where there is none, as in a project in another language
 */
export function programOf(project: string): string {
  const index = ["ts", "js", "mjs"].map((ending) => path.join(project, `index.${ending}`));
  const program = [...mainsIn(project, "Pulumi.yaml"), ...index].find((file) => existsSync(file));
  if (program === undefined) {
    throw new UserError(
      `${project} has no program in TypeScript or JavaScript: neither index.ts nor what Pulumi.yaml or package.json name as main.`,
    );
  }
  return program;
}

/** The programs that a folder's description, such as Pulumi.yaml, and its package.json name as main. */
export function mainsIn(folder: string, description: string): string[] {
  return (
    [description, "package.json"]
      .map((file) => path.join(folder, file))
      .filter((file) => existsSync(file))
      // YAML is a superset of JSON.
      .map((file) => (parse(readFileSync(file, "utf8")) as { main?: string } | null)?.main)
      .filter((main) => main !== undefined)
      .map((main) => path.resolve(folder, main))
  );
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
