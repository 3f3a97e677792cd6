import path from "node:path";

import type { Command } from "@commander-js/extra-typings";

import { initProject } from "../init/init";
import { completeSettings } from "../init/questions";
import { print } from "../output/print";

const EXAMPLES = `
Examples:
  kennel init ../dogs
  kennel init ../dogs --name dogs --region eu-central-1 --email team@example.com --model models/dogs

The project has its own package.json, program, stack "dev" and model, and the two packages that it needs in vendor/.`;

/** `kennel init`: a separate Pulumi project outside this repository. */
export function addInitCommand(program: Command): void {
  program
    .command("init")
    .description("Make a Pulumi project that serves a model with Kennel's components.")
    .argument("<dir>", "the project's folder: a new one, or an empty one")
    .option("--name <name>", "name of the project; defaults to the folder's")
    .option("--region <region>", "AWS region; defaults to AWS_REGION, or us-east-1")
    .option("--email <address>", "address that alarms are mailed to; defaults to none")
    .option("--model <folder>", "model directory to serve; defaults to the sample model")
    .option("-y, --yes", "take the defaults instead of asking")
    .option("--no-install", "do not run npm install in the project")
    .option("--json", "print one JSON document; implies --yes")
    .addHelpText("after", EXAMPLES)
    .action(async (dir, { yes, json, install, model, ...given }) => {
      const directory = path.resolve(dir);
      const asks = yes !== true && json !== true && process.stdin.isTTY;
      const settings = await completeSettings(given, path.basename(directory), asks);
      const files = await initProject({ ...settings, directory, model, install });
      print(
        json,
        { directory, ...settings, files },
        () =>
          `${settings.name} is in ${dir}: ${files.join(", ")}\n\nNext:\n${nextSteps(dir, install)}`,
      );
    });
}

function nextSteps(dir: string, installed: boolean): string {
  return [
    ...(installed ? [] : [`  (cd ${dir} && npm install)`]),
    `  npx kennel preview --project ${dir}    # without an AWS account`,
    `  cd ${dir} && pulumi stack init dev && npm run preview    # with AWS credentials`,
  ].join("\n");
}
