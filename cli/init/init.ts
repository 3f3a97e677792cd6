import { execFile } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { buildPackage } from "../../infra/library/build";
import { dependencies, engines } from "../../package.json";
import { buildPack } from "../../policies/build";
import { UserError } from "../output/failure";
import { step } from "../output/progress";
import { REPOSITORY, SAMPLE_MODEL } from "../repository";
import type { ProjectSettings } from "./questions";

const run = promisify(execFile);
const TEMPLATE = path.join(__dirname, "template");

/** Where a project is made, and of what. */
export interface InitOptions extends ProjectSettings {
  /** A folder that does not exist yet, or is empty. */
  readonly directory: string;
  /**
   * The model directory that is copied into the project.
   * @default the sample model
   */
  readonly model?: string | undefined;
  /** Whether to run `npm install` in the project. */
  readonly install: boolean;
  /**
   * Whether the components have their types, which take the compiler some seconds.
   * @default true
   */
  readonly withTypes?: boolean;
}

/**
 * Makes a Pulumi project outside this repository, with the packages that it needs in its folder `vendor`.
 *
 * @returns the files and folders that were made
 * @throws UserError where the folder is in use or the model is not one
 */
export async function initProject(options: InitOptions): Promise<string[]> {
  const { directory, model = SAMPLE_MODEL, install, withTypes = true } = options;
  checkEmpty(directory);
  checkModel(model);
  const vendor = path.join(directory, "vendor");
  mkdirSync(vendor, { recursive: true });
  const packages = await step("Packing @kennel/components and @kennel/policies", async () => {
    buildPackage({ withTypes });
    const pack = buildPack();
    return [
      await packed(vendor, ["--workspace", "infra/library"]),
      await packed(vendor, [`./${path.relative(REPOSITORY, pack)}`]),
    ];
  });
  writeFiles(options, packages);
  cpSync(model, path.join(directory, "model"), { recursive: true });
  if (install) {
    await step("Installing the project's dependencies", () =>
      npm(["install", "--no-audit", "--no-fund", "--loglevel", "error"], directory),
    );
  }
  return ["package.json", ...readdirSync(TEMPLATE), "model/", "vendor/"];
}

function checkEmpty(directory: string): void {
  if (
    existsSync(directory) &&
    (!statSync(directory).isDirectory() || readdirSync(directory).length > 0)
  ) {
    throw new UserError(
      `${directory} exists already and is not an empty folder. Name a folder that does not exist yet.`,
    );
  }
}

function checkModel(model: string): void {
  const missing = ["model.onnx", "classes.json", "preprocess.json"].filter(
    (file) => !existsSync(path.join(model, file)),
  );
  if (missing.length > 0) {
    throw new UserError(
      `${model} is not a model directory: ${missing.join(", ")} missing. train.py writes one, and samples/model is one.`,
    );
  }
}

/** The template's files, as Pulumi's own templates are filled in, and a package.json with the versions of this repository. */
function writeFiles(
  { directory, name, region, email }: InitOptions,
  packages: readonly (readonly [name: string, archive: string])[],
): void {
  for (const file of readdirSync(TEMPLATE)) {
    const text = readFileSync(path.join(TEMPLATE, file), "utf8");
    const filled = text.replaceAll("${PROJECT}", name).replaceAll("${REGION}", region);
    writeFileSync(path.join(directory, file), filled);
  }
  if (email !== undefined) {
    const setting = `  ${name}:email: ${JSON.stringify(email)}\n`;
    appendFileSync(path.join(directory, "Pulumi.dev.yaml"), setting);
  }
  const manifest = {
    ...{ name, private: true, engines, main: "index.ts" },
    scripts: {
      preview: "pulumi preview --policy-pack node_modules/@kennel/policies",
      up: "pulumi up --policy-pack node_modules/@kennel/policies",
      types: "tsc",
    },
    dependencies: {
      ...Object.fromEntries(packages.map(([own, file]) => [own, `file:vendor/${file}`])),
      ...pinned("@pulumi/aws", "@pulumi/policy", "@pulumi/pulumi", "ts-node", "typescript"),
    },
  };
  const file = path.join(directory, "package.json");
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

function pinned(...names: (keyof typeof dependencies)[]): Record<string, string> {
  return Object.fromEntries(names.map((each) => [each, dependencies[each]]));
}

async function packed(
  destination: string,
  args: readonly string[],
): Promise<[name: string, archive: string]> {
  const output = await npm(
    ["pack", ...args, "--ignore-scripts", "--pack-destination", destination, "--json", "--silent"],
    REPOSITORY,
  );
  const [first] = Object.values(
    JSON.parse(output) as Record<string, { name: string; filename: string }>,
  );
  return [first!.name, first!.filename];
}

/** What npm printed. */
async function npm(args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await run("npm", args, { cwd })).stdout;
  } catch (error) {
    const { stderr, stdout } = error as { readonly stderr?: string; readonly stdout?: string };
    const detail = stderr?.trim() || stdout?.trim() || (error as Error).message;
    throw new UserError(`npm ${args[0]} failed in ${cwd}:\n${detail}`);
  }
}
