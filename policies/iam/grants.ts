import { splitAction } from "./actions";
import { anyone, holder } from "./audience";
import { valueOf, type Demand } from "./context";
import type { Statement } from "./document";
import { isOpen } from "./patterns";
import { placesOf, type Place } from "./places";
import { isEverybody } from "./principals";
import { boxOf, escape, passesResource, Region, type Box, type Scope, type Test } from "./requests";

/** A statement of a holder's, with what questions about it need. */
export interface Held extends Box {
  /** Whether its conditions hold for ordinary requests: an Allow is open, whatever they say. */
  readonly isOpen: boolean;
  /** Whether it is for every resource. */
  readonly isEverywhere: boolean;
  readonly places: readonly Place[];
}

/** What the statements of a holder allow and deny, prepared for questions. */
export interface Grants {
  /** The Allow statements, read so that in doubt more is allowed. */
  readonly allows: readonly Held[];
  readonly denials: readonly Held[];
  readonly now: number;
}

/** Prepares statements that apply together. Those for somebody else are left out: they say what others may do. */
export function grantsOf(statements: readonly Statement[], now: number): Grants {
  const [everybody, ordinary] = [anyone(now), holder(now)];
  const prepared = statements
    .filter(
      ({ principals, resources }) =>
        resources !== undefined &&
        (principals === undefined || (!principals.negated && principals.of.some(isEverybody))),
    )
    .map((statement): Held => {
      const { effect, resources } = statement;
      return {
        ...boxOf(statement, effect === "Allow"),
        isOpen: effect === "Allow" && isMetBy(statement, ordinary),
        isEverywhere: !resources!.negated && resources!.patterns.some(isOpen),
        places: placesOf([statement]),
      };
    });
  return {
    allows: prepared.filter(({ statement }) => mayAllow(statement, everybody)),
    denials: prepared.filter(
      ({ statement: { effect, actionsUnknown } }) => effect === "Deny" && !actionsUnknown,
    ),
    now,
  };
}

function mayAllow(statement: Statement, scope: Scope): boolean {
  const { effect, actions, actionsUnknown, resources } = statement;
  // A list of exceptions that is not known whole may except anything: such an Allow is judged once it is.
  const isUnclear =
    (actions.negated && actionsUnknown) || (resources?.negated === true && resources.unknown);
  // Nobody can meet the conditions of a permission that has ended.
  const hasEnded = areKnown(statement) && !isMetBy(statement, scope);
  return effect === "Allow" && !isUnclear && !hasEnded;
}

/** Whether nothing of a statement's conditions is yet to be known: what is may restrict. */
export function areKnown({ conditions }: Statement): boolean {
  return conditions.every(({ values }) => values !== undefined);
}

/** Whether conditions, all of which are known, hold for some request of a scope, key by key. */
export function isMetBy({ conditions }: Statement, scope: Scope): boolean {
  const demands = new Map<string, Demand[]>();
  for (const condition of conditions) {
    const { key, values } = condition;
    if (values === undefined) {
      return false;
    }
    demands.set(key, [...(demands.get(key) ?? []), { condition, holds: true }]);
  }
  return [...demands].every(([key, of]) => valueOf(of, key, scope) !== undefined);
}

/** The boxes that take in an action on some resource. */
export function takingIn<Of extends Box>(boxes: readonly Of[], action: string): readonly Of[] {
  const { service, action: name } = splitAction(action.toLowerCase());
  return boxes.filter(({ statement }) => statement.actions.has(service, name));
}

/** Whether a box takes in a resource. */
export function isOn({ what }: Box, resource: string): boolean {
  return what.some((test) => test.of === "resource" && passesResource(test, resource));
}

/**
 * Whether conditions are met by a request of a scope for one action on one resource, which no Deny takes away. With both known, only
 * conditions are left to be decided.
 */
export function isAllowedAt(
  { denials }: Grants,
  conditions: readonly Test[],
  action: string,
  resource: string,
  scope: Scope,
): boolean {
  const region = Region.all(scope).within(conditions);
  const denying = takingIn(denials, action).filter((denial) => isOn(denial, resource));
  return (
    region !== undefined &&
    escape(
      region,
      denying.map(({ when }) => when),
    ) !== undefined
  );
}

/** What each Deny asks of a request: whoever asks is among everybody. */
export function denying({ denials }: Grants): (readonly Test[])[] {
  return denials.map(({ what, when }) => [...what, ...when]);
}
