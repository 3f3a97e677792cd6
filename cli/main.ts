import { Command } from "commander";

import { addLocalCommand } from "./commands/local";
import { addPreviewCommand } from "./commands/preview";
import { reportFailure } from "./output/failure";

const program = new Command("kennel")
  .description("What is done rather than declared: judge a stack offline, run the whole path here.")
  .version("0.1.0")
  .showHelpAfterError("(run `kennel --help` for the commands)");

addPreviewCommand(program);
addLocalCommand(program);

program.parseAsync().catch(reportFailure);
