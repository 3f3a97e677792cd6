import path from "node:path";

import { currentPrices } from "../cost/price-tables";
import { Refusal } from "../output/failure";
import type { StackSettings } from "../preview/stack-file";
import { POLICY_PACK, REPOSITORY } from "../repository";
import type { SideAnswer } from "../review/evaluate-sides";
import { type Review, reviewChange } from "../review/review-change";
import { evaluateSides } from "../review/sides";
import type { FormerUpdate, Stack } from "../stack/stack";
import type { ConfiguredModel } from "./stack-configuration";

/**
 * Reviews what the update of a promotion does to the stack: the configuration of the last update against the file as it will be.
 * What else was changed in the file since then comes along, and is also shown.
 *
 * @throws Refusal where the program refuses the configuration
 */
export async function reviewPromotion(
  stack: Stack,
  endpoint: string,
  next: ConfiguredModel,
): Promise<Review> {
  const [last] = await stack.history();
  const now = stack.settings();
  const after = withModel(now, endpoint, next);
  const { former, wanted } = await evaluate({ former: deployed(now, last), wanted: after });
  // What an older program took may be a mistake to this one: then the file as it is now is what there was.
  const known = former!.failure === undefined ? former : (await evaluate({ known: now }))["known"];
  const failure = known!.failure ?? wanted!.failure;
  if (failure !== undefined) {
    throw new Refusal(`the stack can't be evaluated; nothing was changed: ${failure}`);
  }
  return reviewChange(known!.side, wanted!.side, currentPrices());
}

function evaluate(
  settings: Readonly<Record<string, StackSettings>>,
): Promise<Record<string, SideAnswer>> {
  return evaluateSides({
    directory: REPOSITORY,
    stacks: Object.keys(settings),
    policyPack: path.relative(REPOSITORY, POLICY_PACK),
    settings,
  });
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
