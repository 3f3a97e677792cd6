import { splitAction, takeAll, takesSome, type ActionSet } from "./actions";
import { anyone } from "./audience";
import { valueOf } from "./context";
import type { Statement } from "./document";
import { isOn, type Grants, type Held } from "./grants";
import { isOpen } from "./patterns";
import { placesOf, resourceAt, type Place } from "./places";
import { serviceOf, services } from "./services";

/** Every action of some services, on every resource. */
export interface FullAccess {
  /** The statements that grant it together; mostly one. */
  readonly statements: readonly Statement[];
  readonly by: "pattern" | "NotAction" | "union";
  /** The pattern that grants it; of a union, how many there are. */
  readonly pattern: string;
  readonly services: readonly string[];
}

/** Whether Deny statements, all on one resource, keep a service from being granted whole. */
type Denied = (denials: readonly Held[], service: string) => boolean;

/**
 * The services of which the statements allow every action, those that AWS adds later among them, on every resource, after
 * what Deny statements take away that hold for every request.
 */
export function fullAccess(grants: Grants): FullAccess[] {
  return granted(
    grants,
    grants.allows.filter((each) => each.isOpen),
    (denials, service) => denials.some(({ statement }) => takesSome(statement.actions, service)),
  );
}

/**
 * The services to which the statements would give full access, were it not for a restricting condition or for single actions
 * that a Deny takes away.
 */
export function nearlyFullAccess(grants: Grants, full: readonly FullAccess[]): FullAccess[] {
  const isAll = grants.denials.length === 0 && grants.allows.every((each) => each.isOpen);
  return isAll
    ? []
    : granted(
        grants,
        grants.allows,
        (denials, service) => takeAll(setsOf(denials), service),
        full.flatMap((grant) => grant.services),
      );
}

function granted(
  { denials: all, now }: Grants,
  every: readonly Held[],
  isDenied: Denied,
  known: readonly string[] = [],
): FullAccess[] {
  const allows = every.filter(({ statement }) => statement.actions.isOpen);
  if (allows.length === 0) {
    return [];
  }
  const certain = all.filter(({ statement }) => isCertain(statement, now));
  const denialsOf = byService(certain);
  const groups = groupsOf([...allows, ...certain]);
  const found = new Set(known);
  const isFull = (by: readonly Held[], places: readonly Place[], service: string): boolean => {
    if (!takeAll(setsOf(by), service)) {
      return false;
    }
    const denials = denialsOf(service);
    const everywhere = denials.filter(({ isEverywhere }) => isEverywhere);
    if (isDenied(everywhere, service)) {
      return false;
    }
    if (everywhere.length === denials.length && by.every(({ isEverywhere }) => isEverywhere)) {
      return true;
    }
    const isWhole = (arn: string): boolean => {
      const isHere = (each: Held): boolean => isOn(each, arn);
      return (
        takeAll(setsOf(by.filter(isHere)), service) && !isDenied(denials.filter(isHere), service)
      );
    };
    return places.some((place) =>
      serviceOf(service).everything.some((templates) =>
        templates.every((template) => isWhole(resourceAt(place, template))),
      ),
    );
  };
  /** Of services that no statement grants alone, those that grant a part. */
  const shared = new Map<string, Set<Held>>();
  const grants = allows.flatMap((each): FullAccess[] => {
    const full: string[] = [];
    for (const service of openServices(each, groups)) {
      if (found.has(service)) {
        continue;
      }
      if (isFull([each], each.places, service)) {
        found.add(service);
        full.push(...groups.get(service)!);
      } else {
        shared.set(service, (shared.get(service) ?? new Set()).add(each));
      }
    }
    const { statement } = each;
    const { patterns, negated } = statement.actions;
    const by = negated
      ? ({ by: "NotAction", pattern: "NotAction" } as const)
      : ({ by: "pattern", pattern: openPattern(patterns) } as const);
    return full.length === 0 ? [] : [{ statements: [statement], ...by, services: full }];
  });
  const places = placesOf(allows.map(({ statement }) => statement));
  const together = [...shared].filter(
    ([service, by]) => by.size > 1 && !found.has(service) && isFull(allows, places, service),
  );
  const statements = [
    ...new Set(together.flatMap(([, by]) => [...by].map(({ statement }) => statement))),
  ];
  const size = statements.reduce((sum, { actions }) => sum + actions.patterns.length, 0);
  const pattern = `${size} patterns together`;
  const whole = together.flatMap(([service]) => groups.get(service)!);
  return together.length === 0
    ? grants
    : [...grants, { statements, by: "union", pattern, services: whole }];
}

/**
 * The services in question, each with all of which the statements say the same: those that none names, where all statements are
 * for every resource.
 */
function groupsOf(all: readonly Held[]): ReadonlyMap<string, readonly string[]> {
  const named = new Set(all.flatMap(({ statement }) => [...statement.actions.named]));
  const others = [...services()].filter((service) => !named.has(service));
  const isSame = all.every(
    ({ isEverywhere, statement }) => isEverywhere && statement.actions.isPlainOnOthers,
  );
  const alone = isSame ? named : new Set([...named, ...others]);
  const groups = [...alone].map((service): [string, readonly string[]] => [service, [service]]);
  return new Map(isSame && others.length > 0 ? [...groups, [others[0]!, others]] : groups);
}

/** The Deny statements that may take actions of a service. */
function byService(denials: readonly Held[]): (service: string) => readonly Held[] {
  const [anyService, named] = [new Set<Held>(), new Map<string, Set<Held>>()];
  for (const each of denials) {
    const { actions } = each.statement;
    if (actions.negated || actions.hasAnyService) {
      anyService.add(each);
    } else {
      for (const service of actions.services()) {
        named.set(service, (named.get(service) ?? new Set()).add(each));
      }
    }
  }
  return (service) => [
    ...[...anyService].filter(
      ({ statement: { actions } }) => actions.negated || actions.mentions(service),
    ),
    ...(named.get(service) ?? []),
  ];
}

/** Whether a Deny holds whatever a request carries. */
function isCertain({ conditions }: Statement, now: number): boolean {
  return conditions.every(
    (condition) =>
      condition.values !== undefined &&
      valueOf([{ condition, holds: false }], condition.key, anyone(now)) === undefined,
  );
}

/** The services of which a statement allows more than it spells out, on resources that may be theirs. */
function openServices(
  { statement: { actions, resources } }: Held,
  groups: ReadonlyMap<string, unknown>,
): Iterable<string> {
  const arnNames = resources!.patterns.map(
    (pattern) => pattern.split(":")[2]?.toLowerCase() ?? "*",
  );
  const isAnywhere = resources!.negated || arnNames.some((each) => /[*?$]/.test(each));
  const listed = actions.negated || actions.hasAnyService ? groups.keys() : actions.named;
  return [...listed].filter(
    (service) =>
      actions.isOpenOf(service) &&
      (isAnywhere || arnNames.some((each) => serviceOf(service).arnNames.has(each))),
  );
}

function openPattern(patterns: readonly string[]): string {
  const open = patterns.find((pattern) => isOpen(splitAction(pattern).action));
  return open?.toLowerCase() ?? `${patterns.length} patterns together`;
}

function setsOf(boxes: readonly Held[]): ActionSet[] {
  return boxes.map(({ statement }) => statement.actions);
}
