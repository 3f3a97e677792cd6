import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

import { satisfies } from "semver";

import { PYTHON } from "../../scripts/python-environment";
import manifest from "../../package.json";

/** What a check found. */
export interface Check {
  readonly name: string;
  /** `missing` where something does not work without it; `note` where it only matters to some. */
  readonly status: "ok" | "missing" | "note";
  readonly found: string;
  /** How to mend it. */
  readonly fix?: string;
}

const run = promisify(execFile);

/** The first line that a program prints, undefined where it can't be run. */
async function firstLine(program: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, [...args], { timeout: 15_000 });
    return stdout.trim().split("\n")[0];
  } catch {
    return undefined;
  }
}

/** What this machine has: programs that one command or another needs. */
export async function checkMachine(): Promise<Check[]> {
  return [nodeCheck(), await pythonCheck(), await builderCheck(), ...(await pulumiChecks())];
}

function nodeCheck(): Check {
  const { node } = manifest.engines;
  const isSupported = satisfies(process.version, node);
  return {
    name: "Node.js",
    // Everything also runs on 20.20, which Pulumi's packages no longer support.
    status: isSupported ? "ok" : satisfies(process.version, "^20.20") ? "note" : "missing",
    found: process.version,
    ...(isSupported ? {} : { fix: `install Node.js ${node}` }),
  };
}

async function pythonCheck(): Promise<Check> {
  const name = "Python environment";
  if (!existsSync(PYTHON)) {
    return {
      name,
      status: "note",
      found: "not made",
      fix: "npm run setup:python (training, tests)",
    };
  }
  return { name, status: "ok", found: (await firstLine(PYTHON, "--version")) ?? "does not run" };
}

async function builderCheck(): Promise<Check> {
  const name = "Image builder";
  const [docker, buildah] = await Promise.all([
    firstLine("docker", "info", "--format", "Docker {{.ServerVersion}}"),
    firstLine("buildah", "--version"),
  ]);
  if (docker !== undefined) {
    return { name, status: "ok", found: docker };
  }
  const found = buildah ?? "none";
  const fix = "start Docker, or install it: `pulumi up` builds the images with it";
  return { name, status: "note", found, fix };
}

async function pulumiChecks(): Promise<Check[]> {
  const version = await firstLine("pulumi", "version");
  if (version === undefined) {
    const fix =
      "install the Pulumi CLI (https://www.pulumi.com/docs/install/): `pulumi up` needs it";
    return [{ name: "Pulumi CLI", status: "note", found: "not on PATH", fix }];
  }
  const user = await firstLine("pulumi", "whoami", "--non-interactive");
  return [
    { name: "Pulumi CLI", status: "ok", found: version || "found" },
    user === undefined
      ? { name: "Pulumi login", status: "note", found: "not logged in", fix: "pulumi login" }
      : { name: "Pulumi login", status: "ok", found: user },
  ];
}
