/**
 * Builds the pack as a package of its own in `policies/dist`: one JavaScript file and what it reads, so that another team can
 * install it or point `--policy-pack` at it without TypeScript. `npm pack ./policies/dist` makes the tarball.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

const sourceDirectory = __dirname;
const distDirectory = join(sourceDirectory, "dist");

/** What the pack reads at run time or a user reads beside it; the bundle finds its data in its own folder. */
const copied: Readonly<Record<string, string>> = {
  "iam/managed-policies.generated.json": "managed-policies.generated.json",
  "PACKAGE.md": "README.md",
  "RULES.md": "RULES.md",
  config: "config",
  "../LICENSE": "LICENSE",
};

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Writes the package.
 *
 * @returns its folder: a policy pack that Pulumi's engine starts as it is.
 */
export function buildPack(): string {
  rmSync(distDirectory, { recursive: true, force: true });
  mkdirSync(distDirectory);
  buildSync({
    entryPoints: [join(sourceDirectory, "index.ts")],
    outfile: join(distDirectory, "index.js"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    logLevel: "warning",
  });
  for (const [from, to] of Object.entries(copied)) {
    if (existsSync(join(sourceDirectory, from))) {
      cpSync(join(sourceDirectory, from), join(distDirectory, to), { recursive: true });
    }
  }
  const description = readFileSync(join(sourceDirectory, "PulumiPolicy.yaml"), "utf8");
  writeFileSync(
    join(distDirectory, "PulumiPolicy.yaml"),
    description.replace("main: start.js", "main: index.js"),
  );
  writeFileSync(join(distDirectory, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  return distDirectory;
}

function manifest(): Record<string, unknown> {
  const { name, version, license, dependencies } = JSON.parse(
    readFileSync(join(sourceDirectory, "package.json"), "utf8"),
  ) as Manifest;
  return {
    name,
    version,
    license,
    main: "index.js",
    engines: { node: "^22.13 || >=24" },
    dependencies,
  };
}

if (require.main === module) console.log(`built ${buildPack()}`);
