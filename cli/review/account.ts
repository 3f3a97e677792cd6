import path from "node:path";

import { choosePolicyConfiguration } from "../preview/policy-configuration";
import { readStack, stackNames } from "../preview/stack-file";
import { shortType } from "../preview/types";
import { openPulumiStack } from "../stack/pulumi-stack";
import type { SidesRequest } from "./evaluate-sides";

/** What the engine says of a stack that is deployed. */
export interface AccountReview {
  /** What `pulumi up` would do, resource by resource; empty where nothing. */
  readonly preview: readonly string[];
  /** What was changed in AWS since the last update, without values. */
  readonly drift: readonly string[];
  /** Why there is no answer. */
  readonly failure?: string;
}

/**
 * The real previews, and the drift: what a stack's state says against what the account has. Nothing is changed. One stack after
 * the other: an update of a stack locks it, and a preview of two asks AWS twice as often.
 */
export async function reviewAccounts(
  request: SidesRequest,
): Promise<Record<string, AccountReview>> {
  const { directory, stacks, policyPack, policyConfig } = request;
  const found: Record<string, AccountReview> = {};
  const pack = path.resolve(directory, policyPack);
  const named = policyConfig && path.resolve(directory, policyConfig);
  for (const name of stacks.filter((each) => stackNames(directory).includes(each))) {
    const { file } = choosePolicyConfiguration(pack, readStack(directory, name), named);
    try {
      const stack = await openPulumiStack(name, directory);
      const preview = await stack.preview(pack, file);
      const drift = (await stack.drift()).map(
        ({ type, name: resource, what }) => `${shortType(type)} ${resource} ${what}`,
      );
      found[name] = { preview, drift };
    } catch (error) {
      found[name] = { preview: [], drift: [], failure: (error as Error).message };
    }
  }
  return found;
}
