import { existsSync } from "node:fs";
import path from "node:path";

import { currentPrices } from "../cost/price-tables";
import { Refusal, UserError } from "../output/failure";
import { stackNames } from "../completion/names";
import { choosePolicyConfiguration } from "../preview/policy-configuration";
import { readStack } from "../preview/stack-file";
import { POLICY_PACK, REPOSITORY } from "../repository";
import { type AccountReview, reviewInAccount } from "./account";
import type { SideAnswer, SidesRequest } from "./evaluate-sides";
import { checkOutBase, describeHead } from "./git";
import { pageOf, type Page } from "./page";
import { type Review, reviewChange } from "./review-change";
import type { Side } from "./side";
import { evaluateSides } from "./sides";

/** What to review. */
export interface ReviewOptions {
  /** The folder of a Pulumi project; this repository's own where none is named. */
  readonly project?: string;
  readonly base?: string;
  /** Every stack of either side, where none is named. */
  readonly stack?: readonly string[];
  readonly policyPack?: string;
  readonly policyConfig?: string;
  /** Whether to ask the account, too: the real preview, and the drift. */
  readonly withAccount?: boolean;
}

/** The reviews of a change, one a stack. */
export interface RepositoryReview {
  /** Such as `3f2a91c (main) → 8be01d7`. */
  readonly head: string;
  readonly base: string;
  readonly reviews: readonly Review[];
  readonly pages: readonly Page[];
  /** What the account says, by stack. */
  readonly accounts: Readonly<Record<string, AccountReview>>;
  /** Both sides of each stack. */
  readonly sides: readonly {
    readonly before: Side | undefined;
    readonly after: Side | undefined;
  }[];
}

/** Reviews a project's checkout against the commit that it has in common with the base. */
export async function reviewRepository(options: ReviewOptions): Promise<RepositoryReview> {
  const { project = REPOSITORY } = options;
  const base = await checkOutBase(project, options.base);
  // What is in the checkout is taken from each of the two.
  const inCheckout = (file: string): string => {
    const absolute = path.resolve(file);
    const isInside = absolute.startsWith(path.resolve(project, base.root) + path.sep);
    return isInside ? path.relative(project, absolute) : absolute;
  };
  try {
    const isNew = !existsSync(base.directory);
    const known = [...stackNames(project), ...(isNew ? [] : stackNames(base.directory))];
    const stacks = options.stack ?? [...new Set(known)];
    const request = {
      directory: project,
      stacks,
      policyPack: inCheckout(options.policyPack ?? POLICY_PACK),
      policyConfig: options.policyConfig && inCheckout(options.policyConfig),
    };
    const [before, after, head, accounts] = await Promise.all([
      isNew
        ? ({} as Record<string, SideAnswer>)
        : evaluateSides({ ...request, directory: base.directory }),
      evaluateSides(request),
      describeHead(project),
      reviewAccounts({ ...request, stacks: options.withAccount === true ? stacks : [] }),
    ]);
    const pairs = stacks.map((stack) => ({
      stack,
      before: before[stack] ?? null,
      after: after[stack]!,
    }));
    const reviewed = pairs.map((pair) => reviewStack(pair, project, base.hasSamePackages));
    return {
      ...{ base: base.commit, head: `${base.commit.slice(0, 9)} (${base.ref}) → ${head}` },
      reviews: reviewed.map(({ review }) => review),
      pages: reviewed.map(({ review, notes }) => pageOf(review, notes, accounts[review.stack])),
      accounts,
      sides: reviewed.map(({ old, now }) => ({ before: old, after: now })),
    };
  } finally {
    base.remove();
  }
}

/** One after the other: an update of a stack locks it, and a preview of two asks AWS twice as often. */
async function reviewAccounts({
  directory,
  stacks,
  policyPack,
  policyConfig,
}: SidesRequest): Promise<Record<string, AccountReview>> {
  const found: Record<string, AccountReview> = {};
  const pack = path.resolve(directory, policyPack);
  for (const stack of stacks.filter((each) => stackNames(directory).includes(each))) {
    const named = policyConfig && path.resolve(directory, policyConfig);
    const { file } = choosePolicyConfiguration(pack, readStack(directory, stack), named);
    found[stack] = await reviewInAccount(directory, stack, pack, file);
  }
  return found;
}

interface Pair {
  readonly stack: string;
  readonly before: SideAnswer;
  readonly after: SideAnswer;
}

function reviewStack(
  { stack, before, after }: Pair,
  project: string,
  hasSamePackages: boolean,
): {
  readonly review: Review;
  readonly notes: readonly string[];
  readonly old: Side | undefined;
  readonly now: Side | undefined;
} {
  if (after !== null && "failure" in after) {
    throw new Refusal(`the stack ${stack} can't be evaluated: ${after.failure}`);
  }
  if (before === null && after === null) {
    const known = stackNames(project).join(", ") || "none";
    throw new UserError(
      `there is no stack "${stack}" on either side: Pulumi.${stack}.yaml does not exist. Stacks: ${known}. Choose with --stack.`,
    );
  }
  const notes: string[] = [];
  let old: Side | undefined;
  if (before === null) {
    notes.push("the stack is new: everything in it is");
  } else if ("failure" in before) {
    notes.push(
      `the base can't be evaluated, so that everything counts as new: ${before.failure.split("\n").join(" ")}`,
    );
  } else {
    old = before;
  }
  if (after === null) {
    notes.push("the stack file is gone: `pulumi destroy` would delete all of it");
  }
  if (!hasSamePackages) {
    notes.push(
      "package-lock.json differs: both sides were evaluated with the packages that are installed here",
    );
  }
  const now = after ?? undefined;
  return { review: reviewChange(old, now, currentPrices()), notes, old, now };
}
