/**
 * Evaluates and checks the stacks of one checkout, in a separate process: Pulumi's monitor belongs to a process, and two
 * checkouts are evaluated at the same time. It is sent what to evaluate, and sends the answer.
 */
import { existsSync } from "node:fs";
import path from "node:path";

import { contentHash } from "../../infra/content-hash";
import { choosePolicyConfiguration } from "../preview/policy-configuration";
import { previewStack } from "../preview/preview";
import { programOf } from "../preview/project";
import { readStack, type StackSettings } from "../preview/stack-file";
import type { Side } from "./side";
import { stackSecrets } from "./stack-secrets";

/** Which stacks of which checkout, and by which rules. */
export interface SidesRequest {
  readonly directory: string;
  readonly stacks: readonly string[];
  /** Relative to the checkout, or absolute. */
  readonly policyPack: string;
  readonly policyConfig?: string;
  /** By what is in `stacks`, where a stack is evaluated with other settings than its file's. */
  readonly settings?: Readonly<Record<string, StackSettings>>;
}

/** A stack's side, or why it can't be evaluated; neither where the checkout has no such stack. */
export interface SideAnswer {
  readonly side?: Side;
  readonly failure?: string;
}

async function evaluate(request: SidesRequest): Promise<Record<string, SideAnswer>> {
  const answers: Record<string, SideAnswer> = {};
  const { directory, stacks, settings = {} } = request;
  for (const stack of stacks) {
    const exists = stack in settings || existsSync(stackFile(directory, stack));
    try {
      answers[stack] = exists
        ? { side: await evaluateSide(request, settings[stack] ?? readStack(directory, stack)) }
        : {};
    } catch (error) {
      answers[stack] = { failure: error instanceof Error ? error.message : String(error) };
    }
  }
  return answers;
}

function stackFile(directory: string, stack: string): string {
  return path.join(directory, `Pulumi.${stack}.yaml`);
}

async function evaluateSide(request: SidesRequest, settings: StackSettings): Promise<Side> {
  const { directory } = request;
  const packDirectory = path.resolve(directory, request.policyPack);
  const named = request.policyConfig && path.resolve(directory, request.policyConfig);
  const policies = choosePolicyConfiguration(packDirectory, settings, named);
  const program = programOf(directory);
  const preview = await previewStack({ program, settings, packDirectory, policies });
  const { project, stack, region, findings, resources } = preview;
  return {
    ...{ project, stack, region, findings },
    resources: resources.map((resource) => ({
      ...resource,
      inputs: withContents(resource.inputs, directory),
      outputs: withContents(resource.outputs, directory),
    })),
    secrets: stackSecrets(stackFile(directory, settings.stack)),
  };
}

/** The files of a checkout by their contents: their paths differ between two checkouts, and do not tell of a change. */
function withContents(values: object, directory: string): Record<string, unknown> {
  const replaced = (_key: string, value: unknown): unknown => {
    if (typeof value === "string") {
      return value.replaceAll(directory + path.sep, "").replaceAll(directory, ".");
    }
    const { path: file, ...rest } = Object(value) as { readonly path?: unknown };
    return ("__pulumiAsset" in rest || "__pulumiArchive" in rest) && typeof file === "string"
      ? { ...rest, contents: contentHash(path.resolve(directory, file)) }
      : value;
  };
  return JSON.parse(JSON.stringify(values), replaced) as Record<string, unknown>;
}

process.once("message", (request) => {
  void evaluate(request as SidesRequest).then((answers) => {
    process.send!(answers, () => process.exit(0));
  });
});
