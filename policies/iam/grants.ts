import { ActionSet, splitAction } from "./actions";
import { anyone, holder } from "./audience";
import { valueOf } from "./context";
import type { Statement } from "./document";
import { placesOf, type Place } from "./places";
import { isEverybody } from "./principals";
import { boxOf, escape, Region, type Box, type Scope, type Test } from "./requests";
import { domain, language } from "./language";
import { accepts } from "./words";

/** A statement with the places that it names. */
export interface Held extends Box {
  readonly places: readonly Place[];
}

/** What the statements of a holder allow and deny, prepared for questions. */
export interface Grants {
  /** The Allow statements, read so that in doubt more is allowed. */
  readonly allows: readonly Held[];
  /** Those of them whose conditions hold for ordinary requests, without their conditions. */
  readonly open: readonly Box[];
  readonly denials: readonly Box[];
  readonly now: number;
}

/** Prepares statements that apply together. Those for somebody else are left out: they say what others may do. */
export function grantsOf(statements: readonly Statement[], now: number): Grants {
  const held = statements.filter(
    ({ principals, resources }) =>
      resources !== undefined &&
      (principals === undefined || (!principals.negated && principals.of.some(isEverybody))),
  );
  const allows = held
    .filter(isAllow)
    .map((statement) => ({ ...forAll(boxOf(statement, true)), places: placesOf([statement]) }));
  return {
    allows,
    open: allows.filter(({ statement }) => isUnrestricted(statement, now)).map(withoutConditions),
    denials: held
      .filter(({ effect, actionsUnknown }) => effect === "Deny" && !actionsUnknown)
      .map((statement) => forAll(boxOf(statement))),
    now,
  };
}

/** Whoever asks is among everybody. */
function forAll({ statement, tests }: Box): Box {
  return { statement, tests: tests.filter(({ of }) => of !== "principal") };
}

function isAllow({ effect, actions, actionsUnknown, resources }: Statement): boolean {
  // A list of exceptions that is not known whole may except anything: such an Allow is judged once it is.
  const isUnclear =
    (actions.negated && actionsUnknown) || (resources?.negated === true && resources.unknown);
  return effect === "Allow" && !isUnclear;
}

/** Whether the conditions of a statement hold for the ordinary requests of its holder. */
export function isUnrestricted({ conditions }: Statement, now: number): boolean {
  const scope = holder(now);
  return conditions.every(
    ({ key, values }) =>
      values !== undefined &&
      valueOf(
        conditions
          .filter((each) => each.key === key)
          .map((condition) => ({ condition, holds: true })),
        key,
        scope,
      ) !== undefined,
  );
}

export function withoutConditions({ statement, tests }: Box): Box {
  return { statement, tests: tests.filter(({ of }) => of !== "key") };
}

/** The boxes that take in an action on some resource. */
export function takingIn<Of extends Box>(boxes: readonly Of[], action: string): readonly Of[] {
  const { service, action: name } = splitAction(action.toLowerCase());
  return boxes.filter(({ statement }) => statement.actions.has(service, name));
}

/** Whether a box takes in a resource. */
export function isOn({ tests }: Box, resource: string): boolean {
  return tests.some(
    (test) => test.of === "resource" && accepts(test.words, resource) !== test.negated,
  );
}

/**
 * Whether one of the Allow statements that take in an action allows it on a resource. With both known, only the conditions are left to be decided.
 */
export function isAllowedAt(
  { denials }: Grants,
  allow: Box,
  { action, resource }: { readonly action: string; readonly resource: string },
  scope: Scope,
): boolean {
  if (!isOn(allow, resource)) {
    return false;
  }
  const region = Region.all(scope).within(onlyConditions(allow).tests);
  const denying = takingIn(denials, action).filter((denial) => isOn(denial, resource));
  return region !== undefined && escape(region, denying.map(onlyConditions)) !== undefined;
}

function onlyConditions({ statement, tests }: Box): Box {
  return { statement, tests: tests.filter(({ of }) => of === "key") };
}

/** Requests for one action. */
export function anAction(name: string): Test {
  return { of: "action", actions: new ActionSet([name], false) };
}

/** Requests on one resource. */
export function aResource(arn: string): Test {
  return { of: "resource", words: language([arn], {}), negated: false };
}

/** Requests on resources of a domain. */
export function resourcesIn(...templates: readonly string[]): Test {
  return { of: "resource", words: domain(...templates), negated: false };
}

/** The requests of a scope that pass tests and that no Deny takes away. */
export function allowedWhere(
  { denials, now }: Grants,
  tests: readonly Test[],
  scope: Scope = anyone(now),
): Region | undefined {
  const region = Region.all(scope).within(tests);
  return region === undefined ? undefined : escape(region, denials);
}
