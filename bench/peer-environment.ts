import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const CACHE = path.resolve(__dirname, "../.cache");

/** A Python environment with the programs that a benchmark compares with. */
export interface PeerEnvironment {
  /** Folder below `.cache`. */
  readonly folder: string;
  /** Path of the file with the exact versions. */
  readonly requirements: string;
  /** What is installed, for the person who waits. */
  readonly contents: string;
  /** What to do where it can't be installed. */
  readonly otherwise: string;
  /** Interpreter of another environment whose packages are used where this one lacks them. */
  readonly borrowFrom?: string;
}

/**
 * Makes the peers' own Python environment, and reuses it while the requirements stay the same.
 * @returns the path of its interpreter.
 */
export function ensurePeerEnvironment(environment: PeerEnvironment): string {
  const { folder, requirements, contents, otherwise, borrowFrom } = environment;
  const root = path.join(CACHE, folder);
  const stamp = path.join(root, "requirements.txt");
  const python = path.join(root, "bin", "python");
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
    return python;
  }
  console.log(`Installing ${contents} into .cache/${folder} (1-2 minutes)`);
  const run = (command: string, options: readonly string[]) => {
    try {
      return execFileSync(command, options, { stdio: ["ignore", "pipe", "inherit"] });
    } catch (error) {
      throw new Error(
        `${path.basename(command)} ${options[1]} failed (${(error as Error).message}). The peers need Python 3.11 with venv and a ` +
          `package index; ${otherwise}.`,
      );
    }
  };
  run("python3", ["-m", "venv", "--clear", root]);
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  run(python, [...install, "-r", requirements]);
  if (borrowFrom !== undefined) {
    const packages = (interpreter: string) =>
      run(interpreter, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).toString();
    writeFileSync(path.join(packages(python).trim(), "borrowed.pth"), packages(borrowFrom));
  }
  // Written last: an interrupted installation has no stamp and is made anew.
  writeFileSync(stamp, wanted);
  return python;
}
