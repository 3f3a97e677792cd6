import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";

import type { Command } from "commander";

import { PYTHON } from "../../scripts/python-environment";
import { UserError } from "../output/failure";
import { REPOSITORY } from "../repository";

const PREPARE = path.join(REPOSITORY, "training-scripts", "prepare.py");
const STOPPING_SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** `kennel data`: `training-scripts/prepare.py`, which reads all of its options itself, in the project's Python environment. */
export function addDataCommand(program: Command): void {
  program
    .command("data")
    .description("Turn a folder, an archive or a download of photos into train/, valid/ and test/.")
    .usage("--source <folder|archive|url> [--data <folder>] [--upload s3://<bucket>/<prefix>] …")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .allowExcessArguments()
    .action(async (_options: unknown, command: Command) => {
      process.exitCode = await prepare(command.args);
    });
}

/** @returns the exit status of prepare.py. */
async function prepare(args: readonly string[]): Promise<number> {
  if (!existsSync(PYTHON)) {
    throw new UserError(
      `there is no Python environment at ${path.relative(process.cwd(), PYTHON)}: make it with \`npm run setup:python\`.`,
    );
  }
  const child = spawn(PYTHON, [PREPARE, ...args], { stdio: "inherit" });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  STOPPING_SIGNALS.forEach((signal) => process.on(signal, forward));
  const [code] = (await once(child, "exit")) as [number | null];
  STOPPING_SIGNALS.forEach((signal) => process.off(signal, forward));
  return code ?? 1;
}
