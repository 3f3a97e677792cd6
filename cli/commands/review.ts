import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Command } from "commander";

import { UserError } from "../output/failure";
import type * as drawing from "../review/draw-change";
import type * as projects from "../preview/project";
import type * as markdown from "../review/markdown";
import type * as reviewing from "../review/review-repository";
import type * as sarif from "../review/sarif";
import type * as text from "../review/text";
import { loadWhenNeeded } from "./load-when-needed";

const EXAMPLES = `
Examples:
  kennel review                              # every stack, against what this branch has in common with origin/main
  kennel review --base v1.4 --stack prod     # one stack, against a tag
  kennel review --markdown comment.md        # the same as a comment for the pull request`;

/** `kennel review`: what a change does to a stack; exit code 1 where a mandatory rule is broken after it. */
export function addReviewCommand(program: Command): void {
  program
    .command("review")
    .description(
      "Show what a change does: findings, new access, cost, replacements, interruptions. Needs no AWS.",
    )
    .option("--project <folder>", "the Pulumi project's folder; defaults to the current one")
    .option("--base <ref>", "what the change is to be merged into (default: origin/main, or main)")
    .option("-s, --stack <name...>", "the stacks to review (default: all that have a file)")
    .option("--policy-pack <folder>", "the policy pack to check with, in each of the two checkouts")
    .option("--policy-config <file>", "levels and settings of rules, as JSON")
    .option("--markdown <file>", "write a comment for the pull request")
    .option("--sarif <file>", "write the findings for code scanning")
    .option("--graph <folder>", "draw each stack with what changes, as <stack>.svg")
    .option(
      "--with-account",
      "also ask Pulumi and AWS: the real preview, and drift; needs credentials",
    )
    .option(
      "--expect-no-drift",
      "with --with-account: exit with 1 where AWS differs from the state",
    )
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(review);
}

interface Options extends reviewing.ReviewOptions {
  readonly markdown?: string;
  readonly sarif?: string;
  readonly graph?: string;
  readonly expectNoDrift?: boolean;
  readonly json?: boolean;
}

async function review(options: Options): Promise<void> {
  const { reviewRepository } = loadWhenNeeded<typeof reviewing>("review/review-repository");
  const { chooseProject } = loadWhenNeeded<typeof projects>("preview/project");
  const reviewed = await reviewRepository({ ...options, project: chooseProject(options.project) });
  const { head, base, reviews, pages, accounts } = reviewed;
  if (options.markdown !== undefined) {
    const { renderMarkdown } = loadWhenNeeded<typeof markdown>("review/markdown");
    write(options.markdown, renderMarkdown(pages, head, runLink()));
  }
  if (options.sarif !== undefined) {
    const { sarifOf } = loadWhenNeeded<typeof sarif>("review/sarif");
    write(options.sarif, JSON.stringify(sarifOf(reviews), null, 2));
  }
  if (options.graph !== undefined) {
    draw(options.graph, reviewed);
  }
  const { renderText } = loadWhenNeeded<typeof text>("review/text");
  console.log(
    options.json === true
      ? JSON.stringify({ base, head, reviews, accounts }, null, 2)
      : renderText(pages, head),
  );
  if (options.withAccount !== true && options.json !== true) {
    console.log(
      "\nOffline: what AWS has was not asked (--with-account adds the preview and drift).",
    );
  }
  const asked = Object.values(accounts);
  const isBroken =
    reviews.some(({ verdict }) => verdict === "fail") ||
    asked.some(({ failure }) => failure !== undefined) ||
    (options.expectNoDrift === true && asked.some(({ drift }) => drift.length > 0));
  process.exitCode = isBroken ? 1 : 0;
}

/** In GitHub Actions, the run has the pictures as an artifact. */
function runLink(): string[] {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
  } = process.env;
  return run === undefined
    ? []
    : [`[Pictures of the change, and the full text](${server}/${repository}/actions/runs/${run})`];
}

function draw(folder: string, { reviews, sides }: reviewing.RepositoryReview): void {
  const { drawChange } = loadWhenNeeded<typeof drawing>("review/draw-change");
  reviews.forEach((each, index) => {
    const { before, after } = sides[index]!;
    write(path.join(folder, `${each.stack}.svg`), drawChange(each, before, after));
  });
}

function write(file: string, contents: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${contents.trimEnd()}\n`);
  } catch (error) {
    throw new UserError(`can't write ${file}: ${(error as Error).message}.`);
  }
}
