import { shortType } from "../preview/types";
import { openPulumiStack } from "../stack/pulumi-stack";

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
 * The real preview, and the drift: what the stack's state says against what the account has. Nothing is changed.
 *
 * @param policyConfig the file with the levels of the pack's rules; undefined where they keep their own
 */
export async function reviewInAccount(
  project: string,
  name: string,
  policyPack: string,
  policyConfig?: string,
): Promise<AccountReview> {
  try {
    const stack = await openPulumiStack(name, project);
    const preview = await stack.preview(policyPack, policyConfig);
    const drift = await stack.drift();
    return {
      preview,
      drift: drift.map(
        ({ type, name: resource, what }) => `${shortType(type)} ${resource} ${what}`,
      ),
    };
  } catch (error) {
    return { preview: [], drift: [], failure: (error as Error).message };
  }
}
