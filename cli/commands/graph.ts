import { writeFileSync } from "node:fs";
import path from "node:path";

import type { Command } from "commander";

import type * as drawing from "../graph/draw-stack";
import type * as picturing from "../local/stack-picture";
import { UserError } from "../output/failure";
import type * as previewing from "../preview/preview-repository";
import { REPOSITORY } from "../repository";
import type * as drawingChange from "../review/draw-change";
import type * as reviewing from "../review/review-repository";
import { withCheckedStack } from "./checked-stack";
import { loadWhenNeeded } from "./load-when-needed";

const EXAMPLES = `
Examples:
  kennel graph --stack prod -o prod.svg
  kennel graph --base origin/main -o change.svg    # added, changed, replaced and removed resources are marked
  kennel graph --json | jq '.beside[].title'`;

interface GraphOptions extends previewing.PreviewOptions {
  readonly base?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/** `kennel graph`: a stack as a picture, with what the policy pack found. */
export function addGraphCommand(program: Command): void {
  withCheckedStack(
    program
      .command("graph")
      .description("Draw a stack as SVG: its resources by component, with the findings marked."),
  )
    .option(
      "--base <ref>",
      "mark what changes since the commit in common with a branch, tag or commit",
    )
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--json", "the components, resources and findings as JSON, instead of SVG")
    .addHelpText("after", EXAMPLES)
    .action(graph);
}

async function graph({ base, output, json, ...options }: GraphOptions): Promise<void> {
  if (base !== undefined) {
    return show(await drawnChange(base, options, json), output);
  }
  const { drawStack } = loadWhenNeeded<typeof drawing>("graph/draw-stack");
  const { pictureOf } = loadWhenNeeded<typeof picturing>("local/stack-picture");
  const { previewRepository } = loadWhenNeeded<typeof previewing>("preview/preview-repository");
  const picture = pictureOf(await previewRepository(options));
  show(json === true ? JSON.stringify(picture, null, 2) : drawStack(picture), output);
}

/** The same comparison as `kennel review`, drawn. */
async function drawnChange(
  base: string,
  { stack = "dev", configFile, policyPack, policyConfig }: previewing.PreviewOptions,
  json: boolean | undefined,
): Promise<string> {
  if (configFile !== undefined || json === true) {
    throw new UserError(
      "--base draws the change of a stack: name it with --stack, without --config-file and --json (kennel review --json has the change as JSON).",
    );
  }
  const { reviewRepository } = loadWhenNeeded<typeof reviewing>("review/review-repository");
  const { drawChange } = loadWhenNeeded<typeof drawingChange>("review/draw-change");
  const { reviews, sides } = await reviewRepository({
    base,
    stack: [stack],
    policyPack: path.relative(REPOSITORY, policyPack),
    policyConfig,
  });
  return drawChange(reviews[0]!, sides[0]!.before, sides[0]!.after);
}

function show(text: string, output: string | undefined): void {
  if (output === undefined) {
    console.log(text);
    return;
  }
  try {
    writeFileSync(output, `${text}\n`);
  } catch (error) {
    throw new UserError(`can't write ${output}: ${(error as Error).message}.`);
  }
}
