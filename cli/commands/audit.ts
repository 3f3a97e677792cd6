import { type Command, Option } from "@commander-js/extra-typings";

import { auditAccount } from "../audit/audit";
import { stackImageFindings } from "../audit/stack-images";
import type { Finding } from "../audit/finding";
import { type Confirm, confirmation, removeConfirmed } from "../audit/remove";
import {
  findingsAsJson,
  nextStep,
  renderFindings,
  renderOutcomes,
  renderReport,
} from "../audit/report";
import { WRONG_USAGE } from "../output/failure";
import { print } from "../output/print";
import { step } from "../output/progress";
import { whole } from "./numbers";

const EXAMPLES = `
Examples:
  kennel audit                                # what is found in the account; nothing is changed
  kennel audit --unused-days 30 --json
  kennel audit --remove                       # asks about each thing that no stack owns
  kennel audit images --stack prod --remove   # images that no model, job or stack names

Exit code 1: something was found; 2: something could not be looked at.`;

const removeOption = new Option(
  "--remove",
  "ask about each finding that can be removed, and remove what you confirm",
);
const yesOption = new Option("--yes", "with --remove: remove all that is listed without asking");

/** `kennel audit`: what an account should not have. */
export function addAuditCommand(program: Command): void {
  const command = program
    .command("audit")
    .description(
      "Look for what an AWS account should not have; with --remove, ask about each and remove it.",
    )
    .option(
      "--unused-days <number>",
      "days after which roles and access keys are unused",
      whole,
      90,
    )
    .option("--idle-days <number>", "days after which endpoints and notebooks are idle", whole, 14)
    .option("--region <name>", "the region of endpoints and notebooks (default: the environment's)")
    .addOption(removeOption)
    .addOption(yesOption)
    .option("--json", "print one JSON document")
    .addHelpText("afterAll", EXAMPLES)
    .action(async ({ unusedDays, idleDays, region, json, ...removing }) => {
      const confirm = confirmationFor(removing);
      const report = await auditAccount({ unusedDays, idleDays, now: new Date() }, region, step);
      if (json !== true) {
        console.log(`${renderReport(report)}\n`);
      }
      const { findings, ...head } = report;
      await conclude(findings, "kennel audit", head, confirm, json);
      if (head.notLookedAt.length > 0) {
        process.exitCode = WRONG_USAGE;
      }
    });
  command
    .command("images")
    .description("Look for images of a stack's repositories that nothing names any more.")
    .option("-s, --stack <name>", "the stack that has the repositories", "dev")
    .addOption(removeOption)
    .addOption(yesOption)
    .option("--json", "print one JSON document")
    .action(async (_options, images) => {
      // Options that both commands have are read by the first one.
      const { stack, json, ...removing } = images.optsWithGlobals();
      const confirm = confirmationFor(removing);
      const findings = await stackImageFindings(stack, new Date());
      if (json !== true && findings.length > 0) {
        console.log(`${renderFindings(findings)}\n`);
      }
      await conclude(findings, `kennel audit images --stack ${stack}`, { stack }, confirm, json);
    });
}

/** Said before anything is looked at, where there is nobody to ask. */
function confirmationFor({ remove, yes }: { remove?: true; yes?: true }): Confirm | undefined {
  return remove === true ? confirmation(yes === true) : undefined;
}

async function conclude(
  findings: readonly Finding[],
  command: string,
  head: object,
  confirm: Confirm | undefined,
  json: boolean | undefined,
): Promise<void> {
  const outcomes = confirm === undefined ? [] : await removeConfirmed(findings, confirm);
  print(json, { ...head, findings: findingsAsJson(findings, outcomes) }, () =>
    confirm === undefined || findings.length === 0
      ? nextStep(findings, command)
      : renderOutcomes(outcomes),
  );
  const removed = outcomes.filter(({ outcome }) => outcome === "removed").length;
  process.exitCode = removed === findings.length ? 0 : 1;
}
