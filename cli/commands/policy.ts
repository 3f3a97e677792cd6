import { type Command, Option } from "@commander-js/extra-typings";

import { printDeployerPolicies } from "../deployer/print";
import { checkFiles } from "../policy/check-files";
import { diffFiles } from "../policy/diff-files";
import { configFileOption, stackOption } from "./stack-options";

const EXAMPLES = `
Examples:
  kennel policy check policy.json templates/ plan.json
  aws iam get-account-authorization-details > account.json && kennel policy check account.json
  kennel policy check arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
  kennel policy check - --json < documents.jsonl                          # {"id": …, "document": …} a line

Exit code 1: a mandatory rule is broken; 2: an input could not be read.`;

const DIFF_EXAMPLES = `
Examples:
  kennel policy diff deployed.json proposed.json
  kennel policy diff deployed.json narrower.json --certificate            # why nothing more is allowed
  kennel policy diff account-before.json account-after.json               # role by role, by name
  kennel policy diff - --json < pairs.jsonl                               # {"id": …, "old": …, "new": …} a line

OLD and NEW may each contain one document, a list of documents that apply together, or
{"documents": [...], "boundary": {...}} for a role with a permissions boundary; or be CloudFormation templates, Terraform plans or
output of aws iam get-account-authorization-details, of which each role, user and resource is compared by itself.

Exit code 1: something is newly allowed, or that can't be decided; 2: an input could not be read.`;

/** `kennel policy …`: IAM documents checked and compared without Pulumi. */
export function addPolicyCommand(program: Command): void {
  const policy = program.command("policy").description("Work with IAM policy documents.");
  addDiff(policy);
  policy
    .command("check")
    .description("Show what IAM policy documents allow, without Pulumi and without AWS.")
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
    .action(async (inputs, { json, format }) => {
      const outcome = await checkFiles(inputs, json === true ? "json" : format);
      process.exitCode = { clean: 0, findings: 1, unreadable: 2 }[outcome];
    });
  addDeployerCommand(policy);
}

const DEPLOYER_EXAMPLES = `
Examples:
  kennel policy deployer --stack prod --account 123456789012 --json > policies.json
  kennel policy deployer --stack prod --account 123456789012 --verb invoke batch status`;

/** `kennel policy deployer`: what whoever deploys a stack must be allowed. */
function addDeployerCommand(policy: Command): void {
  policy
    .command("deployer")
    .description(
      "Print the least-privilege policies for whoever runs pulumi preview, up, refresh and destroy, or verbs of kennel.",
    )
    .addOption(stackOption)
    .addOption(configFileOption)
    .requiredOption(
      "--account <digits>",
      "the AWS account that the stack is deployed to (required)",
    )
    .option("--verb <name...>", "print the policy for these verbs instead; all: for every one")
    .option("--json", "print one JSON object: each policy's document by its name")
    .addHelpText("after", DEPLOYER_EXAMPLES)
    .action(printDeployerPolicies);
}

function addDiff(policy: Command): void {
  policy
    .command("diff")
    .description("Show what a new policy allows that the old one did not, with example requests.")
    .argument("<old>", "file or folder with the old policy; - for JSON lines {id, old, new}")
    .argument("[new]", "file or folder with the new policy")
    .option(
      "--json",
      "print {relation, newlyAllowed, noLongerAllowed, reasons}, for JSON lines one a line; of templates, plans and accounts also holders",
    )
    .option(
      "--certificate",
      "where nothing is newly allowed, also print why: values that stand for all requests, verified one by one",
    )
    .addHelpText("after", DIFF_EXAMPLES)
    .action(async (older, newer, { json, certificate }, command) => {
      if (older !== "-" && newer === undefined) {
        command.error("error: name two policies, OLD and NEW, or - for JSON lines", {
          exitCode: 2,
        });
      }
      const outcome = await diffFiles(older, newer, {
        asJson: json === true,
        isCertified: certificate === true,
      });
      process.exitCode = { "no new access": 0, "new access": 1, unreadable: 2 }[outcome];
    });
}
