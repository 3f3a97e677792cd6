import path from "node:path";

import type { Command } from "@commander-js/extra-typings";

import { drawStack } from "../graph/draw-stack";
import { pictureOf } from "../local/stack-picture";
import { UserError } from "../output/failure";
import { type PreviewOptions, previewRepository } from "../preview/preview-repository";
import { REPOSITORY } from "../repository";
import { drawChange } from "../graph/draw-change";
import { reviewRepository } from "../review/review-repository";
import { step } from "../output/progress";
import { writeText } from "../output/write-file";
import { configFileOption, policyPackOption, stackOption } from "./stack-options";

const EXAMPLES = `
Examples:
  kennel graph --stack prod -o prod.svg
  kennel graph --base origin/main -o change.svg    # created, updated, replaced and deleted resources are marked
  kennel graph --json | jq '.beside[].title'`;

/** `kennel graph`: a stack as a picture, with what the policy pack found. */
export function addGraphCommand(program: Command): void {
  program
    .command("graph")
    .description("Draw a stack as SVG: its resources by component, with the findings marked.")
    .addOption(stackOption)
    .addOption(configFileOption)
    .addOption(policyPackOption)
    .option(
      "--base <ref>",
      "mark what changes since the commit in common with a branch, tag or commit",
    )
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--json", "the components, resources and findings as JSON, instead of SVG")
    .addHelpText("after", EXAMPLES)
    .action(async ({ base, output, json, ...options }) => {
      if (base !== undefined) {
        return show(await drawnChange(base, options, json), output);
      }
      const preview = await step("Checking the stack with the policy pack", () =>
        previewRepository(options),
      );
      const picture = pictureOf(preview);
      show(json === true ? JSON.stringify(picture, null, 2) : drawStack(picture), output);
    });
}

/** The same comparison as `kennel review`, drawn. */
async function drawnChange(
  base: string,
  { stack = "dev", configFile, policyPack, policyConfig }: PreviewOptions,
  json: boolean | undefined,
): Promise<string> {
  if (configFile !== undefined || json === true) {
    throw new UserError(
      "--base draws the change of a stack: name it with --stack, without --config-file and --json (kennel review --json has the change as JSON).",
    );
  }
  const { stacks } = await step("Checking both sides of the change", () =>
    reviewRepository({
      base,
      stack: [stack],
      policyPack: path.relative(REPOSITORY, policyPack),
      policyConfig,
    }),
  );
  return drawChange(stacks[0]!);
}

function show(text: string, output: string | undefined): void {
  if (output === undefined) {
    console.log(text);
  } else {
    writeText(output, text);
  }
}
