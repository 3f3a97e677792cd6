import { type Command, Option } from "commander";

import type * as printing from "../deployer/print";
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
  const policy = program.command("policy").description("Work with IAM policy documents.");
  policy
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
  addDeployerCommand(policy);
}

/** `kennel policy deployer`: what whoever deploys a stack must be allowed. */
function addDeployerCommand(policy: Command): void {
  policy
    .command("deployer")
    .description(
      "Print the least-privilege policies for whoever runs pulumi preview, up, refresh and destroy.",
    )
    .option("-s, --stack <name>", "the stack whose Pulumi.<name>.yaml is read (default: dev)")
    .option("--config-file <file>", "a stack configuration file anywhere, instead of --stack")
    .requiredOption("--account <digits>", "the AWS account that the stack is deployed to")
    .option("--json", "print one JSON object: each policy's document by its name")
    .addHelpText(
      "after",
      "\nExample:\n  $ kennel policy deployer --stack prod --account 123456789012 --json > policies.json",
    )
    .action(async (options: printing.DeployerOptions) => {
      const { printDeployerPolicies } = loadWhenNeeded<typeof printing>("deployer/print");
      await printDeployerPolicies(options);
    });
}
