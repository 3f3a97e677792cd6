import type { Command } from "commander";

import type * as auditing from "../audit/audit";
import type * as stackImages from "../audit/stack-images";
import type { Finding } from "../audit/finding";
import type * as removing from "../audit/remove";
import type * as reporting from "../audit/report";
import { WRONG_USAGE } from "../output/failure";
import { Progress } from "../output/progress";
import { loadWhenNeeded } from "./load-when-needed";
import { whole } from "./numbers";

const EXAMPLES = `
Examples:
  kennel audit                                # what is found in the account; nothing is changed
  kennel audit --unused-days 30 --json
  kennel audit --remove                       # asks about each thing that no stack owns
  kennel audit images --stack prod --remove   # images that no model, job or stack names

Exit code 1: something was found; 2: something could not be looked at.`;

interface Removing {
  readonly remove?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `kennel audit`: what an account should not have. */
export function addAuditCommand(program: Command): void {
  const audit = withRemoval(
    program
      .command("audit")
      .description(
        "Look for what an AWS account should not have; with --remove, ask about each and remove it.",
      )
      .option("--unused-days <number>", "after which roles and access keys are unused", whole, 90)
      .option("--idle-days <number>", "after which endpoints and notebooks are idle", whole, 14)
      .option(
        "--region <name>",
        "the region of endpoints and notebooks (default: the environment's)",
      ),
  )
    .addHelpText("after", EXAMPLES)
    .action(auditAccount);
  withRemoval(
    audit
      .command("images")
      .description("Look for images of a stack's repositories that nothing names any more.")
      .option("-s, --stack <name>", "the stack that has the repositories", "dev"),
  ).action(auditImages);
}

function withRemoval(command: Command): Command {
  return command
    .option("--remove", "ask about each finding that can be removed, and remove what you confirm")
    .option("--yes", "with --remove: remove all that is listed without asking")
    .option("--json", "print one JSON document");
}

interface AccountOptions extends Removing {
  readonly unusedDays: number;
  readonly idleDays: number;
  readonly region?: string;
}

async function auditAccount(options: AccountOptions): Promise<void> {
  const { auditAccount: look } = loadWhenNeeded<typeof auditing>("audit/audit");
  const { renderReport } = loadWhenNeeded<typeof reporting>("audit/report");
  const confirm = confirmationFor(options);
  const { unusedDays, idleDays } = options;
  const progress = new Progress();
  const report = await look(
    { unusedDays, idleDays, now: new Date() },
    options.region,
    (title, work) => progress.step(title, work),
  );
  const { account, region, findings, notLookedAt } = report;
  await conclude(findings, options, confirm, {
    command: "kennel audit",
    head: { account, region, notLookedAt },
    text: renderReport(report),
  });
  if (notLookedAt.length > 0) {
    process.exitCode = WRONG_USAGE;
  }
}

async function auditImages(_options: unknown, command: Command): Promise<void> {
  // Options that both commands have are read by the first one.
  const options = command.optsWithGlobals<Removing & { readonly stack: string }>();
  const { stackImageFindings } = loadWhenNeeded<typeof stackImages>("audit/stack-images");
  const { renderFindings } = loadWhenNeeded<typeof reporting>("audit/report");
  const confirm = confirmationFor(options);
  const findings = await stackImageFindings(options.stack, new Date());
  await conclude(findings, options, confirm, {
    command: `kennel audit images --stack ${options.stack}`,
    head: { stack: options.stack },
    text: findings.length === 0 ? "" : renderFindings(findings),
  });
}

/** Said before anything is looked at, where there is nobody to ask. */
function confirmationFor({ remove, yes }: Removing): removing.Confirm | undefined {
  const { confirmation } = loadWhenNeeded<typeof removing>("audit/remove");
  return remove === true ? confirmation(yes === true) : undefined;
}

async function conclude(
  findings: readonly Finding[],
  { json }: Removing,
  confirm: removing.Confirm | undefined,
  printed: {
    readonly command: string;
    readonly head: Readonly<Record<string, unknown>>;
    readonly text: string;
  },
): Promise<void> {
  const { removeConfirmed } = loadWhenNeeded<typeof removing>("audit/remove");
  const { findingsAsJson, nextStep, renderOutcomes } =
    loadWhenNeeded<typeof reporting>("audit/report");
  if (json !== true && printed.text !== "") {
    console.log(`${printed.text}\n`);
  }
  const outcomes = confirm === undefined ? [] : await removeConfirmed(findings, confirm);
  if (json === true) {
    const document = { ...printed.head, findings: findingsAsJson(findings, outcomes) };
    console.log(JSON.stringify(document, null, 2));
  } else {
    console.log(
      confirm === undefined || findings.length === 0
        ? nextStep(findings, printed.command)
        : renderOutcomes(outcomes),
    );
  }
  const removed = outcomes.filter(({ outcome }) => outcome === "removed").length;
  process.exitCode = removed === findings.length ? 0 : 1;
}
