/**
 * Builds an image without Docker and without a registry: `npx ts-node scripts/build-image.ts inference|training`.
 *
 * Buildah runs the Dockerfile. Its base image is made of Debian's packages (debootstrap), with Node.js from npm for the inference
 * image. Needs Linux, root, buildah and debootstrap. Images are kept in .cache/buildah.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildContext } from "../infra/build-context";
import { projectRoot } from "../infra/project-root";

const suite = "bookworm";
const nodeVersion = "22.23.3";
const npmVersion = "11.19.1";

/** Debian's packages in the base image, beside the essential ones. */
const packages = {
  inference: ["ca-certificates"],
  training: ["ca-certificates", "python3", "python3-venv"],
} as const;

/** A container with a Dockerfile. */
export type Container = keyof typeof packages;

/** No base image could be made: packages can't be fetched, or the system does not let root do what debootstrap needs. */
export class BaseImageError extends Error {}

/** The label of what an image was built from. */
const label = "kennel.content";

const storage = join(projectRoot, ".cache", "buildah");
const storageOptions = ["--root", storage, "--runroot", `${storage}-run`];

/** Arguments of buildah, its own first: it keeps everything in this repository's .cache. */
export function buildahCommand(...args: readonly string[]): string[] {
  return ["buildah", ...storageOptions, "--storage-driver", "vfs", ...args];
}

/** Runs buildah and gives what it prints. @throws Error with the end of its log where it fails */
export function buildah(...args: readonly string[]): string {
  return run(buildahCommand(...args));
}

/** Why no image can be built here; undefined where it can. */
export function obstacle(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    return "buildah and debootstrap need Linux and root";
  }
  const missing = ["buildah", "debootstrap"].find((name) => !succeeds([name, "--version"]));
  if (missing !== undefined) {
    return `${missing} is not on PATH`;
  }
  return succeeds(["unshare", "--mount", "true"]) ? undefined : "nothing may be mounted here";
}

/** The name of a built image, undefined where it was not built from the present sources. */
export function builtImage(container: Container): string | undefined {
  const { contentHash } = buildContext(projectRoot, dockerfileOf(container));
  const name = `localhost/kennel-${container}`;
  const format = `{{index .OCIv1.Config.Labels "${label}"}}`;
  const inspect = buildahCommand("inspect", "--type", "image", "--format", format, name);
  const { status, stdout } = spawnSync(inspect[0]!, inspect.slice(1), { encoding: "utf8" });
  return status === 0 && stdout.trim() === contentHash ? name : undefined;
}

/**
 * Builds an image, unless it is there, and gives its name. Takes minutes.
 *
 * @throws BaseImageError
 * @throws Error with the end of the log where the Dockerfile can't be built
 */
export function buildImage(container: Container): string {
  const built = builtImage(container);
  if (built !== undefined) {
    return built;
  }
  const { directory, contentHash } = buildContext(projectRoot, dockerfileOf(container));
  const name = `localhost/kennel-${container}`;
  const options = {
    isolation: "chroot",
    pull: "never",
    "build-arg": `BASE_IMAGE=${baseImage(container)}`,
    label: `${label}=${contentHash}`,
    file: join(directory, dockerfileOf(container)),
    tag: name,
  };
  const flags = Object.entries(options).map(([option, value]) => `--${option}=${value}`);
  buildah("bud", "--quiet", ...flags, directory);
  // The image that had the name.
  buildah("rmi", "--prune");
  return name;
}

function dockerfileOf(container: Container): string {
  return `containers/${container}/Dockerfile`;
}

/** The name of the base image, which is made where it is missing. */
function baseImage(container: Container): string {
  const name = `localhost/kennel-base-${container}:${suite}-${nodeVersion}`;
  if (succeeds(buildahCommand("inspect", "--type", "image", name))) {
    return name;
  }
  const folder = mkdtempSync(join(tmpdir(), "kennel-base-"));
  try {
    const system = join(folder, "system");
    const included = packages[container].join();
    run(["debootstrap", "--variant=minbase", `--include=${included}`, suite, system]);
    run(["chroot", system, "apt-get", "clean"]);
    for (const part of ["usr/share/doc", "usr/share/man", "usr/share/locale"]) {
      rmSync(join(system, part), { recursive: true, force: true });
    }
    // As in Debian's own images, or apt-get leaves its caches in a layer.
    writeFileSync(
      join(system, "etc/apt/apt.conf.d/docker-clean"),
      'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n',
    );
    if (container === "inference") {
      installNode(system, join(folder, "npm"));
    }
    commit(system, name);
  } catch (error) {
    throw new BaseImageError((error as Error).message);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return name;
}

/** Installs Node.js and npm, and creates the user that Node's image has. */
function installNode(system: string, folder: string): void {
  const node = `node-linux-${process.arch}`;
  const wanted = [`${node}@${nodeVersion}`, `npm@${npmVersion}`];
  run(["npm", "install", "--silent", "--no-save", "--prefix", folder, ...wanted]);
  const modules = join(folder, "node_modules");
  const target = join(system, "usr/local");
  mkdirSync(join(target, "lib/node_modules"), { recursive: true });
  cpSync(join(modules, node, "bin/node"), join(target, "bin/node"));
  cpSync(join(modules, "npm"), join(target, "lib/node_modules/npm"), { recursive: true });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(target, "bin/npm"));
  run(["chroot", system, "useradd", "--create-home", "--uid", "1000", "node"]);
}

/** Makes an image of a folder. */
function commit(system: string, name: string): void {
  const working = buildah("from", "scratch");
  buildah("copy", "--quiet", working, system, "/");
  const environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
  // A certificate that this machine's package managers need, the image's need, too.
  const certificate = process.env["NODE_EXTRA_CA_CERTS"] ?? process.env["PIP_CERT"];
  if (certificate !== undefined) {
    buildah("copy", "--quiet", working, certificate, "/etc/ssl/extra.pem");
    environment.push("NODE_EXTRA_CA_CERTS=/etc/ssl/extra.pem", "PIP_CERT=/etc/ssl/extra.pem");
  }
  buildah("config", ...environment.map((variable) => `--env=${variable}`), working);
  buildah("commit", "--quiet", "--rm", working, name);
}

function succeeds([program = "", ...args]: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

function run([program = "", ...args]: readonly string[]): string {
  const maxBuffer = 64 * 1024 * 1024;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer,
  });
  if (status !== 0) {
    const log = error?.message ?? `${stdout}${stderr}`.trimEnd().split("\n").slice(-15).join("\n");
    throw new Error(`${[program, ...args].join(" ")} failed:\n${log}`);
  }
  return stdout.trim();
}

function main(container = ""): void {
  const usage = `usage: npx ts-node scripts/build-image.ts ${Object.keys(packages).join("|")}`;
  const problem = Object.hasOwn(packages, container) ? obstacle() : usage;
  if (problem !== undefined) {
    console.error(problem);
    process.exitCode = 2;
    return;
  }
  console.log(buildImage(container as Container));
}

if (require.main === module) {
  try {
    main(process.argv[2]);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = error instanceof BaseImageError ? 2 : 1;
  }
}
