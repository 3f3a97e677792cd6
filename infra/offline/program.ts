import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { projectRoot } from "../project-root";
import { record, type Recording, type RecordOptions } from "./recorder";
import {
  recordRun,
  type Answers,
  type ProgramSettings,
  type RegisteredResource,
} from "./registrations";

type Outputs = Readonly<Record<string, unknown>>;

/** The program's answer: every resource in the order of registration, and the stack's outputs. */
export interface EvaluatedProgram {
  readonly resources: readonly RegisteredResource[];
  readonly outputs: Outputs;
}

/**
 * Evaluates a Pulumi program offline.
 *
 * @param program the module to load; it is loaded anew at each call, so one process can evaluate several stacks
 * @throws what the program throws: a `pulumi.RunError` for a configuration that it refuses
 */
export async function evaluateProgram(
  program: string,
  settings: ProgramSettings,
  answers: Answers,
): Promise<EvaluatedProgram> {
  const module = require.resolve(path.resolve(program));
  forget(module);
  try {
    const { resources, result } = await recordRun(settings, answers, () => runStack(module));
    return { resources, outputs: result as Outputs };
  } finally {
    // The next program may be made of the same modules.
    forget(module);
  }
}

/** Evaluates this repository's program against the stand-in AWS, and records it; the result is the stack's outputs. */
export function recordProgram(options: RecordOptions = {}): Promise<Recording<Outputs>> {
  const module = require.resolve(path.join(projectRoot, "infra", "index"));
  // It alone registers resources when it is loaded; what it imports only declares.
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- Node's module cache is such an object
  delete require.cache[module];
  return record(() => runStack(module), options);
}

/** Loads a module as Pulumi's language host does: what it exports, or its exported function returns, is the stack's outputs. */
export async function runStack(module: string): Promise<Outputs> {
  let failure: unknown;
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    try {
      const loaded = await load(module);
      return (typeof loaded === "function" ? await loaded() : loaded) as Outputs;
    } catch (error) {
      // Thrown here it would surface as an unhandled rejection of the stack resource's own promises as well.
      failure = error;
      return {};
    }
  });
  if (failure !== undefined) {
    throw failure as Error;
  }
  return outputs as Outputs;
}

/** A program registers its resources when it is loaded: it, and what it is made of, must load again. */
function forget(module: string): void {
  const loaded = require.cache[module];
  if (loaded === undefined || module.includes(`${path.sep}node_modules${path.sep}`)) {
    return;
  }
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- Node's module cache is such an object
  delete require.cache[module];
  loaded.children.forEach((child) => {
    forget(child.filename);
  });
}

const evaluatedEsModules = new Set<string>();

/** A program's exports. An ES module's default export stands for all of them; TypeScript was transpiled to CommonJS. */
async function load(module: string): Promise<unknown> {
  const isEsModule = isInEsPackage(module);
  if (!isEsModule || module.endsWith(".ts")) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a Pulumi program is loaded by its path
    const loaded = require(module) as { readonly default?: unknown };
    return isEsModule ? (loaded.default ?? loaded) : loaded;
  }
  if (evaluatedEsModules.has(module)) {
    throw new Error(
      `${module} is an ES module, which Node.js loads once: evaluate one stack at a time, with --stack.`,
    );
  }
  evaluatedEsModules.add(module);
  const loaded = (await import(pathToFileURL(module).href)) as { readonly default?: unknown };
  return loaded.default ?? { ...loaded };
}

function isInEsPackage(file: string): boolean {
  if (/\.[cm][jt]s$/.test(file)) {
    return /\.m[jt]s$/.test(file);
  }
  const folder = path.dirname(file);
  const manifest = path.join(folder, "package.json");
  return existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, "utf8")) as { type?: string }).type === "module"
    : folder !== path.dirname(folder) && isInEsPackage(folder);
}
