import { existsSync } from "node:fs";
import path from "node:path";

import { currentPrices } from "../cost/price-tables";
import { Refusal, UserError } from "../output/failure";
import { stackNames } from "../preview/stack-file";
import { POLICY_PACK, REPOSITORY } from "../repository";
import { type AccountReview, reviewAccounts } from "./account";
import type { SideAnswer } from "./evaluate-sides";
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
  /** Whether to also ask the account: the real preview, and the drift. */
  readonly withAccount?: boolean;
}

/** The reviews of a change. */
export interface RepositoryReview {
  /** Such as `3f2a91c (main) → 8be01d7`. */
  readonly head: string;
  readonly base: string;
  readonly stacks: readonly StackReview[];
  /** What the account says, by stack. */
  readonly accounts: Readonly<Record<string, AccountReview>>;
}

/** The review of one stack, with what it compares. */
export interface StackReview {
  readonly review: Review;
  readonly page: Page;
  readonly before: Side | undefined;
  readonly after: Side | undefined;
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
    const notes = base.hasSamePackages ? [] : [OTHER_PACKAGES];
    return {
      ...{ base: base.commit, head: `${base.commit.slice(0, 9)} (${base.ref}) → ${head}` },
      stacks: stacks.map((stack) => {
        const [old = {}, now] = [before[stack], after[stack]!];
        if (Object.keys({ ...old, ...now }).length === 0) {
          throw unknownStack(project, stack);
        }
        return reviewStack(stack, old, now, notes, accounts[stack]);
      }),
      accounts,
    };
  } finally {
    base.remove();
  }
}

const OTHER_PACKAGES =
  "package-lock.json differs: both sides were evaluated with the packages that are installed here";

function unknownStack(project: string, stack: string): UserError {
  const known = stackNames(project).join(", ") || "none";
  return new UserError(
    `there is no stack "${stack}" on either side: Pulumi.${stack}.yaml does not exist. Stacks: ${known}. Choose with --stack.`,
  );
}

function reviewStack(
  stack: string,
  old: SideAnswer,
  now: SideAnswer,
  general: readonly string[],
  account: AccountReview | undefined,
): StackReview {
  const failure = now.failure ?? (now.side === undefined ? old.failure : undefined);
  if (failure !== undefined) {
    throw new Refusal(`the stack ${stack} can't be evaluated: ${failure}`);
  }
  const notes = [...general];
  if (old.failure !== undefined) {
    notes.push(
      `the base can't be evaluated, so that everything counts as new: ${old.failure.split("\n").join(" ")}`,
    );
  } else if (old.side === undefined) {
    notes.push("the stack is new: everything in it is");
  }
  if (now.side === undefined) {
    notes.push("the stack file is gone: `pulumi destroy` would delete all of it");
  }
  const review = reviewChange(old.side, now.side, currentPrices());
  return { review, page: pageOf(review, notes, account), before: old.side, after: now.side };
}
