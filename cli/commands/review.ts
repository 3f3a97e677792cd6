import path from "node:path";

import type { Command } from "@commander-js/extra-typings";

import { drawChange } from "../graph/draw-change";
import { chooseProject } from "../preview/project";
import { renderMarkdown } from "../review/markdown";
import { reviewRepository } from "../review/review-repository";
import { sarifOf } from "../review/sarif";
import { renderText } from "../review/text";
import { step } from "../output/progress";
import { print } from "../output/print";
import { writeText } from "../output/write-file";

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
    .action(async ({ json, markdown, sarif, graph, expectNoDrift, ...options }) => {
      const project = chooseProject(options.project);
      const reviewed = await step("Checking both sides of the change", () =>
        reviewRepository({ ...options, project }),
      );
      const { head, base, stacks, accounts } = reviewed;
      const reviews = stacks.map(({ review }) => review);
      const pages = stacks.map(({ page }) => page);
      if (markdown !== undefined) {
        writeText(markdown, renderMarkdown(pages, head, runLink()));
      }
      if (sarif !== undefined) {
        writeText(sarif, JSON.stringify(sarifOf(reviews), null, 2));
      }
      if (graph !== undefined) {
        for (const stack of stacks) {
          writeText(path.join(graph, `${stack.review.stack}.svg`), drawChange(stack));
        }
      }
      print(json, { base, head, reviews, accounts }, () => renderText(pages, head));
      if (options.withAccount !== true && json !== true) {
        console.log(
          "\nOffline: what AWS has was not asked (--with-account adds the preview and drift).",
        );
      }
      const asked = Object.values(accounts);
      const isBroken =
        reviews.some(({ verdict }) => verdict === "fail") ||
        asked.some(({ failure }) => failure !== undefined) ||
        (expectNoDrift === true && asked.some(({ drift }) => drift.length > 0));
      process.exitCode = isBroken ? 1 : 0;
    });
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
