import path from "node:path";

import { Argument, type Command } from "@commander-js/extra-typings";

import { candidates } from "../completion/candidates";
import { completionScript, FILES, type Shell, SHELLS } from "../completion/scripts";
import { REPOSITORY } from "../repository";

const EXAMPLES = `
Examples:
  source <(kennel completion bash)      # in ~/.bashrc; for zsh in ~/.zshrc, after compinit
  kennel completion fish > ~/.config/fish/completions/kennel.fish`;

/** `kennel completion`: the script for a shell, and what that script asks at each press of Tab. */
export function addCompletionCommand(program: Command): void {
  program
    .command("completion")
    .description("Print a script that completes commands, options and names in your shell.")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText("after", EXAMPLES)
    .action((shell: Shell) => {
      const kennel = [process.execPath, path.join(REPOSITORY, "cli", "kennel.js")];
      console.log(completionScript(shell, kennel));
    });
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .passThroughOptions()
    .action((words: string[]) => {
      const lines = candidates(program, words, REPOSITORY) ?? [FILES];
      process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    });
}
