import { splitAction } from "./actions";
import { anyone, holder } from "./audience";
import type { Statement } from "./document";
import { isOpen } from "./patterns";
import { placesOf, resourceAt, type Place } from "./places";
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

/** Prepares statements that apply together. Those that name principals are left out: they give their holder nothing. */
export function grantsOf(statements: readonly Statement[], now: number): Grants {
  const [everybody, ordinary] = [anyone(now), holder(now)];
  const prepared = statements
    .filter(({ principals, resources }) => resources !== undefined && principals === undefined)
    .map((statement): Held => {
      const { effect } = statement;
      const read = effect === "Allow" ? inDoubt(statement) : statement;
      const { resources } = read;
      const box = { ...boxOf(read), statement };
      return {
        ...box,
        isOpen: effect === "Allow" && areKnown(statement) && isMetBy(box, ordinary),
        isEverywhere: !resources!.negated && resources!.patterns.some(isOpen),
        places: placesOf([read]),
      };
    });
  return {
    allows: prepared.filter(
      (each) =>
        each.statement.effect === "Allow" &&
        !isUnclear(each.statement) &&
        // Nobody can meet the conditions of a permission that has ended.
        isMetBy(each, everybody),
    ),
    denials: prepared.filter(
      ({ statement: { effect, actionsUnknown } }) => effect === "Deny" && !actionsUnknown,
    ),
    now,
  };
}

/** What a policy may only name by a variable in the place of an ARN: the holder's own account, the region that it chooses. */
const OWN_PLACE = /(?<=:)\$\{aws:(?:principalaccount|resourceaccount|requestedregion)\}(?=:)/gi;

/** An Allow whose ARNs match more, where that is in doubt: partition and service in any case, the holder's own place. */
function inDoubt(statement: Statement): Statement {
  const { patterns, ...resources } = statement.resources!;
  const read = patterns
    .map((pattern) => pattern.replace(/^arn:[^:]*:[^:]*/i, (front) => front.toLowerCase()))
    .map((pattern) => (resources.negated ? pattern : pattern.replace(OWN_PLACE, "*")));
  return { ...statement, resources: { ...resources, patterns: read } };
}

/** A list of exceptions that is not known whole may except anything: such an Allow is judged once it is. */
function isUnclear({ actions, actionsUnknown, resources }: Statement): boolean {
  return (actions.negated && actionsUnknown) || (resources!.negated && resources!.unknown);
}

/** Whether nothing of a statement's conditions is yet to be known: what is may restrict. */
export function areKnown({ conditions }: Statement): boolean {
  return conditions.every(({ values }) => values !== undefined);
}

/** Whether the conditions hold for some request of a scope, as far as they are known. */
function isMetBy({ when }: Box, scope: Scope): boolean {
  return Region.all(scope).within(when) !== undefined;
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
 * Whether an Allow takes in an action on a resource of some type that no policy spells out, in a request of a scope that meets the
 * conditions and that no Deny takes away. With action and resource known, only conditions are left to be decided.
 *
 * @param templates the ARNs of such resources; a star stands for an action that is called on none
 */
export function isAllowedOnAny(
  { denials }: Grants,
  allow: Held,
  conditions: readonly Test[],
  action: string,
  templates: readonly string[],
  scope: Scope,
): boolean {
  const region = Region.all(scope).within(conditions);
  const denying = takingIn(denials, action);
  return (
    region !== undefined &&
    allow.places
      .flatMap((place) => templates.map((template) => resourceAt(place, template)))
      .filter((arn) => isOn(allow, arn))
      .some((arn) => {
        const here = denying.filter((denial) => isOn(denial, arn));
        return (
          escape(
            region,
            here.map(({ when }) => when),
          ) !== undefined
        );
      })
  );
}

/** What each Deny asks of a request: whoever asks is among everybody. */
export function denying({ denials }: Grants): (readonly Test[])[] {
  return denials.map(({ what, when }) => [...what, ...when]);
}
