import path from "node:path";

import { currentPrices } from "../cost/price-tables";
import type { StackSettings } from "../preview/stack-file";
import { POLICY_PACK, REPOSITORY } from "../repository";
import type { SideAnswer } from "../review/evaluate-sides";
import { type Review, reviewChange } from "../review/review-change";
import { readSide, type Side } from "../review/side";
import { evaluateSides } from "../review/sides";
import type { FormerUpdate, Stack } from "../stack/stack";
import type { ConfiguredModel } from "./stack-configuration";

/**
 * Reviews what the update of a promotion does to the stack: the configuration of the last update against the file as it will be.
 * What else was changed in the file since then comes along, and is shown, too.
 *
 * @throws Error where the program refuses the configuration
 */
export async function reviewPromotion(
  stack: Stack,
  endpoint: string,
  next: ConfiguredModel,
): Promise<Review> {
  const [last] = await stack.history();
  const now = stack.settings();
  const { before, after } = await evaluateSides({
    directory: REPOSITORY,
    stacks: ["before", "after"],
    policyPack: path.relative(REPOSITORY, POLICY_PACK),
    settings: { before: deployed(now, last), after: withModel(now, endpoint, next) },
  });
  return reviewChange(sideOf(before!), sideOf(after!), currentPrices());
}

function sideOf(answer: SideAnswer): Side | undefined {
  if (answer !== null && "failure" in answer) {
    throw new Error(answer.failure);
  }
  return answer === null ? undefined : readSide(answer);
}

/** The settings of the last update; its secrets can't be read, and count as those of now. */
function deployed(now: StackSettings, last: FormerUpdate | undefined): StackSettings {
  if (last === undefined) {
    return now;
  }
  const secrets = now.secretKeys.map((key) => [key, now.config[key]!] as const);
  return { ...now, config: { ...Object.fromEntries(secrets), ...last.config } };
}

function withModel(
  { config, project, ...settings }: StackSettings,
  endpoint: string,
  { model, modelKmsKeyArn }: ConfiguredModel,
): StackSettings {
  const key = `${project}:endpoints`;
  const endpoints = JSON.parse(config[key] ?? "{}") as Record<string, object | null>;
  endpoints[endpoint] = { ...endpoints[endpoint], model, modelKmsKeyArn };
  return { ...settings, project, config: { ...config, [key]: JSON.stringify(endpoints) } };
}
