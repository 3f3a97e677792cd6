import type { Command } from "@commander-js/extra-typings";

import { showLog } from "../jobs/show-log";
import { positive } from "./numbers";

const EXAMPLES = `
Examples:
  kennel logs kennel-dev-dogs-261127183000     # a job's log, from its start
  kennel logs main --follow                    # the log of the endpoint main
  kennel logs main --function --minutes 60     # that of its function`;

/** `kennel logs`: a job's, an endpoint's or a function's log. */
export function addLogsCommand(program: Command): void {
  program
    .command("logs")
    .description("Print the log of a job, an endpoint, a function or the EC2 trainer.")
    .argument("<name>", "a job's name, an endpoint's key under kennel:endpoints, or trainer")
    .option("-s, --stack <name>", "the stack whose endpoints are meant", "dev")
    .option("--function", "the log of the endpoint's function")
    .option("--minutes <number>", "how far back, for an endpoint or a function", positive, 15)
    .option("--follow", "print new lines until Ctrl-C, or until the job ends")
    .option("--json", "print one JSON document a line: time, stream, text")
    .addHelpText("after", EXAMPLES)
    .action(showLog);
}
