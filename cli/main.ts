import { Command } from "commander";

import { addCompletionCommand } from "./commands/completion";
import { addCostCommand } from "./commands/cost";
import { addDataCommand } from "./commands/data";
import { addDoctorCommand } from "./commands/doctor";
import { addGraphCommand } from "./commands/graph";
import { addInitCommand } from "./commands/init";
import { addLocalCommand } from "./commands/local";
import { addPolicyCommand } from "./commands/policy";
import { addPreviewCommand } from "./commands/preview";
import { addReviewCommand } from "./commands/review";
import { addSandboxCommand } from "./commands/sandbox";
import { addSimulateCommand } from "./commands/simulate";
import { reportFailure, WRONG_USAGE } from "./output/failure";

const program = new Command("kennel")
  .description("Preview, check, price and try a Kennel stack on this machine.")
  .version("0.1.0")
  .enablePositionalOptions()
  .showHelpAfterError("(run `kennel --help` for the commands)")
  // Commands inherit it: --help and --version exit with 0, a wrong option as wrong usage.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE));

addPreviewCommand(program);
addReviewCommand(program);
addPolicyCommand(program);
addInitCommand(program);
addLocalCommand(program);
addDataCommand(program);
addSandboxCommand(program);
addSimulateCommand(program);
addCostCommand(program);
addDoctorCommand(program);
addCompletionCommand(program);
addGraphCommand(program);

// A reader that has seen enough (`kennel … | head`) is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

program.parseAsync().catch(reportFailure);
