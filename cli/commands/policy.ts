import type { Command } from "commander";

import type * as checking from "../policy/check-files";
import { loadWhenNeeded } from "./load-when-needed";

interface CheckOptions {
  readonly json?: boolean;
}

/** `kennel policy check`: IAM documents judged without Pulumi; exit code 1 where a mandatory rule is broken. */
export function addPolicyCommand(program: Command): void {
  program
    .command("policy")
    .description("Work with IAM policy documents.")
    .command("check")
    .description("Judge what IAM policy documents allow, without Pulumi and without AWS.")
    .argument(
      "<file...>",
      "JSON policy documents; - reads JSON lines {id, document} from standard input",
    )
    .option("--json", "print one line of JSON for each document")
    .action(async (files: string[], options: CheckOptions) => {
      const { checkFiles } = loadWhenNeeded<typeof checking>("policy/check-files");
      const clean = await checkFiles(files, options.json === true);
      process.exitCode = clean ? 0 : 1;
    });
}
