import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const ENVIRONMENT = path.resolve(__dirname, "../../.cache/bench-venv");
const REQUIREMENTS = path.join(__dirname, "requirements.txt");
const STAMP = path.join(ENVIRONMENT, "requirements.txt");

/**
 * Makes the peers' own Python environment, and reuses it while `requirements.txt` stays the same.
 * @returns the path of its interpreter.
 */
export function ensurePeerEnvironment(): string {
  const python = path.join(ENVIRONMENT, "bin", "python");
  const wanted = readFileSync(REQUIREMENTS, "utf8");
  if (existsSync(python) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) {
    return python;
  }
  console.log(
    "Installing checkov, cloudsplaining and parliament into .cache/bench-venv (1-2 minutes)",
  );
  run("python3", ["-m", "venv", "--clear", ENVIRONMENT]);
  run(python, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-r",
    REQUIREMENTS,
  ]);
  // Written last: an interrupted installation has no stamp and is made anew.
  writeFileSync(STAMP, wanted);
  return python;
}

function run(command: string, options: readonly string[]): void {
  try {
    execFileSync(command, options, { stdio: ["ignore", "inherit", "inherit"] });
  } catch (error) {
    throw new Error(
      `${path.basename(command)} ${options[1]} failed (${(error as Error).message}). The peers need Python 3.11 with venv and a ` +
        "package index; without them, run with --tools kennel.",
    );
  }
}
