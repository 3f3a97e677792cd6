import { writeFileSync } from "node:fs";

import type { Command } from "commander";

import type * as markdown from "../review/markdown";
import type * as reviewing from "../review/review-repository";
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
      "Say what a change does: findings, who may newly do what, cost, what is replaced or interrupted. Offline.",
    )
    .option("--base <ref>", "what the change is to be merged into (default: origin/main, or main)")
    .option("-s, --stack <name...>", "the stacks to review (default: all that have a file)")
    .option("--policy-pack <folder>", "the policy pack that judges, in each of the two checkouts")
    .option("--policy-config <file>", "levels and settings of rules, as JSON")
    .option("--markdown <file>", "write a comment for the pull request")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(review);
}

interface Options extends reviewing.ReviewOptions {
  readonly markdown?: string;
  readonly json?: boolean;
}

async function review(options: Options): Promise<void> {
  const { reviewRepository } = loadWhenNeeded<typeof reviewing>("review/review-repository");
  const { renderMarkdown } = loadWhenNeeded<typeof markdown>("review/markdown");
  const { renderText } = loadWhenNeeded<typeof text>("review/text");
  const { head, base, reviews, pages } = await reviewRepository(options);
  if (options.markdown !== undefined) {
    writeFileSync(options.markdown, renderMarkdown(pages, head));
  }
  console.log(
    options.json === true
      ? JSON.stringify({ base, head, reviews }, null, 2)
      : renderText(pages, head),
  );
  process.exitCode = reviews.some(({ verdict }) => verdict === "fail") ? 1 : 0;
}
