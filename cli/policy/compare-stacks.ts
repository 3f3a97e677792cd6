import { relationOf, undecidedDifference, type Difference } from "../../policies/iam/diff";
import type { JudgedStack } from "../../policies/resource";
import { stackOf } from "../../policies/stack";
import { UserError } from "../output/failure";
import { accessChanges, type AccessChange } from "../review/access";
import type { Met } from "./inputs/intrinsics";
import { tooManyConditions, variantsOf, type PolicyStack } from "./inputs/policy-stack";

/** How the policies of one role, user, group or resource compare. */
export interface HolderDifference extends Difference {
  /** Such as `role main` or `trust of role main`. */
  readonly holder: string;
}

/** How two files of resources with policies compare. */
export interface StackDifference extends Difference {
  /** Those whose policies say something else. */
  readonly holders: readonly HolderDifference[];
}

/**
 * Compares resources with policies one by one, by their names and by the kind of policy: what a role may do, who may assume it,
 * who may use a bucket. What depends on conditions is compared for each way in which they may turn out.
 */
export function compareStacks(
  older: readonly PolicyStack[],
  newer: readonly PolicyStack[],
): StackDifference {
  const conditions = [
    ...new Set([...older, ...newer].flatMap(({ conditionsOf }) => conditionsOf())),
  ];
  const ways = variantsOf(conditions);
  if (ways === undefined) {
    return { ...undecidedDifference(tooManyConditions(conditions)), holders: [] };
  }
  const found = ways.flatMap(({ met, how }) =>
    accessChanges(merged(older, met), merged(newer, met)).map((change) =>
      differenceOf(change, how),
    ),
  );
  const all = <T>(of: (each: HolderDifference) => readonly T[]): T[] => found.flatMap(of);
  const newlyAllowed = all((each) => each.newlyAllowed);
  const noLongerAllowed = all((each) => each.noLongerAllowed);
  const isKnown = found.every(({ relation }) => relation !== "unknown");
  return {
    relation: isKnown ? relationOf(newlyAllowed, noLongerAllowed) : "unknown",
    newlyAllowed,
    noLongerAllowed,
    reasons: all(({ holder, reasons }) => reasons.map((each) => `${holder}: ${each}`)),
    holders: found,
  };
}

function merged(stacks: readonly PolicyStack[], met: Met): JudgedStack {
  const resources = stacks.flatMap(({ at }) => at(met).resources);
  const urns = resources.map(({ urn }) => urn);
  const twice = resources.find(({ urn }, index) => urns.indexOf(urn) < index);
  if (twice !== undefined) {
    throw new UserError(
      `two files of one side declare ${twice.name} (${twice.type}): compare them file by file`,
    );
  }
  return stackOf(resources);
}

function differenceOf(
  { title, relation, newlyAllowed, noLongerAllowed, unknown, notes }: AccessChange,
  how: string,
): HolderDifference {
  return {
    holder: how === "" ? title : `${title}, where ${how}`,
    ...{ relation, newlyAllowed, noLongerAllowed },
    reasons: [...unknown, ...notes],
  };
}
