import { writeFileSync } from "node:fs";

import type { Command } from "commander";

import type * as drawing from "../graph/draw-stack";
import type * as picturing from "../local/stack-picture";
import { UserError } from "../output/failure";
import type * as previewing from "../preview/preview-repository";
import { POLICY_PACK } from "../repository";
import { loadWhenNeeded } from "./load-when-needed";

const EXAMPLES = `
Examples:
  kennel graph --stack prod -o prod.svg
  kennel graph --json | jq '.beside[].title'`;

interface GraphOptions extends previewing.PreviewOptions {
  readonly output?: string;
  readonly json?: boolean;
}

/** `kennel graph`: a stack as a picture, with what the policy pack found. */
export function addGraphCommand(program: Command): void {
  program
    .command("graph")
    .description("Draw a stack as SVG: its resources by component, with the findings marked.")
    .option("-s, --stack <name>", "the stack whose Pulumi.<name>.yaml is read (default: dev)")
    .option("--config-file <file>", "a stack configuration file anywhere, instead of --stack")
    .option("--policy-pack <folder>", "the policy pack that judges", POLICY_PACK)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--json", "the components, resources and findings as JSON, instead of SVG")
    .addHelpText("after", EXAMPLES)
    .action(graph);
}

async function graph({ output, json, ...options }: GraphOptions): Promise<void> {
  const { drawStack } = loadWhenNeeded<typeof drawing>("graph/draw-stack");
  const { pictureOf } = loadWhenNeeded<typeof picturing>("local/stack-picture");
  const { previewRepository } = loadWhenNeeded<typeof previewing>("preview/preview-repository");
  const picture = pictureOf(await previewRepository(options));
  const text = json === true ? JSON.stringify(picture, null, 2) : drawStack(picture);
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
