import type { Command } from "@commander-js/extra-typings";

import { showJob, showJobs } from "../jobs/job-verbs";
import { whole } from "./numbers";

const EXAMPLES = `
Examples:
  kennel jobs                            # the newest jobs of the stack dev: status, time, metrics, cost
  kennel jobs JOB                        # one of them; of a search, its trials
  kennel jobs JOB --follow               # back to a job that Ctrl-C has left
  kennel jobs JOB --stop
  kennel jobs JOB --save-best            # a search's best trial into the stack's file`;

/** `kennel jobs`: what trains, and what has trained. */
export function addJobsCommand(program: Command): void {
  program
    .command("jobs")
    .description("List training and tuning jobs; show, follow or stop one.")
    .argument("[job]", "a job's name")
    .option("-s, --stack <name>", "the stack whose jobs they are", "dev")
    .option("--last <number>", "how many of the newest jobs to list", whole, 20)
    .option("--follow", "follow the job until it ends")
    .option("--stop", "stop the job; a search keeps the trials that are done")
    .option("--save-best", "write a search's best hyperparameters into the stack's file")
    .option("--json", "print one JSON document (with --follow one a line)")
    .addHelpText("after", EXAMPLES)
    .action((name, options) => (name === undefined ? showJobs(options) : showJob(name, options)));
}
