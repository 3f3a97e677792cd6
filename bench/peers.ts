import { existsSync } from "node:fs";
import path from "node:path";

import { PYTHON } from "../scripts/python-environment";

/**
 * The command line that runs a Python program beside a requirements.txt with the peers of a benchmark. uv keeps what it has installed.
 * @throws an Error where `.venv`, whose packages the program may use as well, is missing
 */
export function withPeers(folder: string, program: string, ...args: readonly string[]) {
  if (!existsSync(PYTHON)) throw new Error("Peers run in Python: `npm run setup:python` first.");
  const uv = path.join(path.dirname(PYTHON), "uv");
  const requirements = path.join(folder, "requirements.txt");
  const options = ["--quiet", "--no-project", "--python", PYTHON, "--with-requirements"];
  return [uv, "run", ...options, requirements, "python", path.join(folder, program), ...args];
}
