/**
 * Builds the package `@kennel/components` in `infra/library/dist`: one JavaScript file, its types, and what an endpoint is made
 * of, in the places where the repository has it. `npm pack --workspace infra/library` makes the tarball.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { buildSync } from "esbuild";
import * as ts from "typescript";
import { buildFunction } from "../../functions/classify/build";
import { dockerContextFiles } from "../docker-context";
import manifest from "./package.json";
import { projectRoot } from "../project-root";

const dist = path.join(__dirname, "dist");
/** What the program takes for the repository's root. */
const source = path.join(dist, "source");
const entry = path.join(__dirname, "index.ts");
const dockerfile = "containers/inference/Dockerfile";

/**
 * Writes the package's files.
 *
 * @param withTypes whether a compiler will read them, which takes seconds
 */
export function buildPackage({ withTypes }: { readonly withTypes: boolean }): void {
  fs.rmSync(dist, { recursive: true, force: true });
  buildSync({
    entryPoints: [entry],
    outfile: path.join(source, "infra", "index.js"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: Object.keys(manifest.dependencies),
    logLevel: "warning",
  });
  const bundle = path.join("functions", "classify", "dist");
  copy(path.relative(projectRoot, buildFunction()), bundle);
  for (const file of [
    ...dockerContextFiles(projectRoot, dockerfile),
    `${dockerfile}.dockerignore`,
  ]) {
    copy(file);
  }
  copy("LICENSE", "../LICENSE");
  copy("NOTICE", "../NOTICE");
  if (withTypes) {
    writeTypes();
  }
}

function copy(from: string, to = from): void {
  fs.cpSync(path.join(projectRoot, from), path.join(source, to), { recursive: true });
}

/** The declarations of the entry and of what it mentions; `npm run types` has checked all of it. */
function writeTypes(): void {
  const { config } = ts.readConfigFile(
    path.join(projectRoot, "tsconfig.json"),
    ts.sys.readFile,
  ) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, projectRoot);
  const program = ts.createProgram([entry], {
    ...options,
    noEmit: false,
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    sourceMap: false,
    outDir: path.join(dist, "types"),
  });
  program.emit();
}

if (require.main === module) {
  buildPackage({ withTypes: true });
}
