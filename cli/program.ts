import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";

import { addAuditCommand } from "./commands/audit";
import { addBatchCommand } from "./commands/batch";
import { addCostCommand } from "./commands/cost";
import { addDataCommand } from "./commands/data";
import { addDoctorCommand } from "./commands/doctor";
import { addGraphCommand } from "./commands/graph";
import { addInitCommand } from "./commands/init";
import { addInvokeCommand } from "./commands/invoke";
import { addJobsCommand } from "./commands/jobs";
import { addLoadCommand } from "./commands/load";
import { addLocalCommand } from "./commands/local";
import { addLogsCommand } from "./commands/logs";
import { addModelsCommand } from "./commands/models";
import { addPolicyCommand } from "./commands/policy";
import { addPreviewCommand } from "./commands/preview";
import { addPromoteCommand } from "./commands/promote";
import { addReviewCommand } from "./commands/review";
import { addRollbackCommand } from "./commands/rollback";
import { addSandboxCommand } from "./commands/sandbox";
import { addSimulateCommand } from "./commands/simulate";
import { addStatusCommand } from "./commands/status";
import { addTrainCommand, addTuneCommand } from "./commands/train";
import { WRONG_USAGE } from "./output/failure";

/** `kennel` with all its commands. */
export function kennelProgram(): Command {
  const program = new Command("kennel")
    .description("From photos to a guarded SageMaker endpoint: check, train, promote, watch.")
    .version("0.1.0")
    .enablePositionalOptions()
    // Commands inherit it: --help and --version exit with 0, a wrong option as wrong usage.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE));
  addPreviewCommand(program);
  addReviewCommand(program);
  addPolicyCommand(program);
  addInitCommand(program);
  addLocalCommand(program);
  addDataCommand(program);
  addTrainCommand(program);
  addTuneCommand(program);
  addJobsCommand(program);
  addLogsCommand(program);
  addModelsCommand(program);
  addSandboxCommand(program);
  addPromoteCommand(program);
  addRollbackCommand(program);
  addStatusCommand(program);
  addSimulateCommand(program);
  addCostCommand(program);
  addDoctorCommand(program);
  addAuditCommand(program);
  addBatchCommand(program);
  addGraphCommand(program);
  addInvokeCommand(program);
  addLoadCommand(program);
  nameOwnHelp(program, "kennel");
  return program;
}

/** After a mistake, the help of the command in which it was made. */
function nameOwnHelp(command: CommandUnknownOpts, called: string): void {
  command.showHelpAfterError(`(\`${called} --help\` shows what is allowed)`);
  for (const each of command.commands) {
    nameOwnHelp(each, `${called} ${each.name()}`);
  }
}
