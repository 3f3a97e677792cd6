/**
 * Makes the Python virtual environment in `.venv` from the pinned requirements, and reuses it while they stay the same.
 * `npm test` and the training scripts need it; `npm start` does not.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const REPOSITORY = path.resolve(__dirname, "..");
const ENVIRONMENT = path.join(REPOSITORY, ".venv");
const STAMP = path.join(ENVIRONMENT, "requirements.sha256");
const TRAINING_SCRIPTS = path.join(REPOSITORY, "training-scripts");
/** What is installed; it includes the other requirements file. */
const REQUIREMENTS = path.join(TRAINING_SCRIPTS, "requirements-development.txt");
const OLDEST_PYTHON = [3, 11] as const;

/** The environment's interpreter; it exists once {@link ensurePythonEnvironment} has returned. */
export const PYTHON = path.join(ENVIRONMENT, "bin", "python");

/**
 * Creates or updates the environment where the requirements have changed since it was made.
 *
 * @returns whether anything had to be installed.
 * @throws an error naming what is missing: no Python 3.11+, no `venv` module, no uv for this machine, or uv's own failure.
 */
export function ensurePythonEnvironment(): boolean {
  const wanted = fingerprint();
  const made = existsSync(PYTHON) && existsSync(STAMP);
  if (made && readFileSync(STAMP, "utf8") === wanted) {
    return false;
  }
  console.log("Making the Python environment in .venv (torch is 3 GB to download: 1-3 minutes)");
  // An interrupted installation leaves no stamp, and may leave half a package.
  if (!made) {
    run(findPython(), ["-m", "venv", "--clear", ENVIRONMENT]);
  }
  rmSync(STAMP, { force: true });
  installUv();
  run(PYTHON, ["-m", "uv", "pip", "install", "--quiet", "--requirement", REQUIREMENTS]);
  writeFileSync(STAMP, wanted);
  return true;
}

/** uv downloads and unpacks several packages at a time: torch's 3 GB take pip minutes longer. */
function installUv(): void {
  const [uv] = /^uv==.*$/m.exec(readFileSync(REQUIREMENTS, "utf8"))!;
  const install = ["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
  try {
    run(PYTHON, ["-m", "pip", ...install, uv]);
  } catch {
    throw new Error(
      `pip could not install ${uv}, the installer of all other packages: see above. Is there a wheel for this machine, and a package index within reach?`,
    );
  }
}

function fingerprint(): string {
  const hash = createHash("sha256");
  const files = readdirSync(TRAINING_SCRIPTS).filter((name) => /^requirements.*\.txt$/.test(name));
  for (const file of files.sort()) {
    hash.update(readFileSync(path.join(TRAINING_SCRIPTS, file)));
  }
  return hash.digest("hex");
}

function findPython(): string {
  const found = ["python3.13", "python3.12", "python3.11", "python3"].find(isRecentEnough);
  if (found === undefined) {
    throw new Error(
      `no Python ${OLDEST_PYTHON.join(".")} or newer is on PATH: install one (Debian: apt-get install python3 python3-venv).`,
    );
  }
  return found;
}

function isRecentEnough(command: string): boolean {
  const answer = spawnSync(command, ["-c", "import sys, venv; print(*sys.version_info[:2])"], {
    encoding: "utf8",
  });
  const [major = 0, minor = 0] = (answer.stdout ?? "").trim().split(" ").map(Number);
  return answer.status === 0 && major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1];
}

function run(command: string, args: readonly string[]): void {
  // uv does not read pip's settings; a mirror set for pip is meant for uv, too, and may take long to start sending torch.
  const { PIP_INDEX_URL } = process.env;
  const settings = {
    UV_HTTP_TIMEOUT: "180",
    ...(PIP_INDEX_URL && { UV_DEFAULT_INDEX: PIP_INDEX_URL }),
  };
  const env = { ...settings, ...process.env };
  execFileSync(command, args, { stdio: "inherit", cwd: REPOSITORY, env });
}

if (require.main === module) {
  try {
    console.log(
      ensurePythonEnvironment()
        ? "The Python environment is ready."
        : "The Python environment is up to date.",
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
