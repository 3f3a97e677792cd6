import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Makes a Python environment with a benchmark's peers, below `.cache`; of one that is there already, pip adds what is missing.
 * @param requirements path of the file with the exact versions
 * @param borrowFrom interpreter of another environment whose packages are used where this one lacks them
 * @returns the path of its interpreter.
 */
export function ensurePeerEnvironment(
  folder: string,
  requirements: string,
  borrowFrom?: string,
): string {
  const root = path.resolve(__dirname, "../.cache", folder);
  const python = path.join(root, "bin", "python");
  const run = (command: string, ...options: readonly string[]): string =>
    execFileSync(command, options, { stdio: ["ignore", "pipe", "inherit"] }).toString();
  const packages = (interpreter: string): string =>
    run(interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").trim();
  console.log(`Installing the peers into .cache/${folder} (the first time, 1-2 minutes)`);
  try {
    run("python3", "-m", "venv", root);
    run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", requirements);
  } catch (error) {
    throw new Error(
      `${(error as Error).message}\nThe peers need Python 3.11 with venv and a package index.`,
    );
  }
  if (borrowFrom !== undefined) {
    writeFileSync(path.join(packages(python), "borrowed.pth"), `${packages(borrowFrom)}\n`);
  }
  return python;
}
