import { type Command, Option } from "commander";

import type * as checking from "../policy/check-files";
import { loadWhenNeeded } from "./load-when-needed";

const EXAMPLES = `
Examples:
  kennel policy check policy.json templates/ plan.json
  aws iam get-account-authorization-details > account.json && kennel policy check account.json
  kennel policy check arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
  kennel policy check - --json < documents.jsonl                          # {"id": …, "document": …} a line

Exit code 1: a mandatory rule is broken; 2: an input could not be read.`;

interface CheckOptions {
  readonly json?: boolean;
  readonly format: checking.Format;
}

/** `kennel policy check`: IAM documents judged without Pulumi. */
export function addPolicyCommand(program: Command): void {
  program
    .command("policy")
    .description("Work with IAM policy documents.")
    .command("check")
    .description("Say what IAM policy documents allow, without Pulumi and without AWS.")
    .argument(
      "<input...>",
      "documents, output of the AWS CLI, CloudFormation templates, Terraform plans (JSON or YAML), folders of these, ARNs of managed policies; - for JSON lines",
    )
    .addOption(
      new Option("--format <name>", "how to print the answers")
        .choices(["text", "json", "sarif", "markdown"])
        .default("text"),
    )
    .option("--json", "print one line of JSON for each document, as --format json")
    .addHelpText("after", EXAMPLES)
    .action(async (inputs: string[], { json, format }: CheckOptions) => {
      const { checkFiles } = loadWhenNeeded<typeof checking>("policy/check-files");
      const outcome = await checkFiles(inputs, json === true ? "json" : format);
      process.exitCode = { clean: 0, findings: 1, unreadable: 2 }[outcome];
    });
}
