import { takeAll, takesSome, type ActionSet } from "./actions";
import { anyone, determined } from "./audience";
import type { Statement } from "./document";
import { isOn, type Grants, type Held } from "./grants";
import { placesOf, resourceAt, type Place } from "./places";
import { Region, type Scope } from "./requests";
import { serviceOf, services } from "./services";

/** Every action of some services, on every resource. */
export interface FullAccess {
  /** The statements that grant it together; mostly one. */
  readonly statements: readonly Statement[];
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
    determined(grants.now),
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
        (denials, service) =>
          setsOf(denials).some((each) => each.negated && each.isOpenOf(service)) ||
          takeAll(setsOf(denials), service),
        anyone(grants.now),
        new Set(full.flatMap((grant) => grant.services)),
      );
}

function granted(
  { denials }: Grants,
  every: readonly Held[],
  isDenied: Denied,
  scope: Scope,
  known: ReadonlySet<string> = new Set(),
): FullAccess[] {
  const allows = every.filter(({ statement }) => statement.actions.isOpen);
  if (allows.length === 0) {
    return [];
  }
  const everything = Region.all(scope);
  /** The Deny statements that hold whatever a request in question carries. */
  const certain = denials.filter(({ when }) =>
    when.every((condition) => everything.and(condition, false) === undefined),
  );
  const places = placesOf(allows.map(({ statement }) => statement));
  const candidates = allows.map((each) => ({ each, mayBeOf: servicesOn(each.statement) }));
  const alone = new Map(allows.map((each): [Held, string[]] => [each, []]));
  const parts = new Set<Held>();
  const together: string[] = [];
  for (const [service, alike] of groupsOf([...allows, ...certain])) {
    if (known.has(service)) {
      continue;
    }
    const open = candidates
      .filter(({ each, mayBeOf }) => each.statement.actions.isOpenOf(service) && mayBeOf(service))
      .map(({ each }) => each);
    const isFull = (by: readonly Held[], at: readonly Place[]): boolean =>
      isWhole(service, by, certain, at, isDenied);
    const first = open.find((each) => isFull([each], each.places));
    if (first !== undefined) {
      alone.get(first)!.push(...alike);
    } else if (open.length > 1 && isFull(allows, places)) {
      together.push(...alike);
      open.forEach((each) => parts.add(each));
    }
  }
  return [
    ...[...alone].map(([each, services]) => ({ statements: [each.statement], services })),
    {
      statements: allows.filter((each) => parts.has(each)).map(({ statement }) => statement),
      services: together,
    },
  ].filter((grant) => grant.services.length > 0);
}

/** Whether Allow statements grant every action of a service on every resource of some place. */
function isWhole(
  service: string,
  by: readonly Held[],
  certain: readonly Held[],
  places: readonly Place[],
  isDenied: Denied,
): boolean {
  if (!takeAll(setsOf(by), service)) {
    return false;
  }
  const denials = certain.filter(
    ({ statement: { actions } }) => actions.negated || actions.mentions(service),
  );
  const everywhere = denials.filter(({ isEverywhere }) => isEverywhere);
  if (isDenied(everywhere, service)) {
    return false;
  }
  if (everywhere.length === denials.length && by.every(({ isEverywhere }) => isEverywhere)) {
    return true;
  }
  const isWholeAt = (arn: string): boolean => {
    const isHere = (each: Held): boolean => isOn(each, arn);
    return (
      takeAll(setsOf(by.filter(isHere)), service) && !isDenied(denials.filter(isHere), service)
    );
  };
  return places.some((place) =>
    serviceOf(service).everything.some((templates) =>
      templates.every((template) => isWholeAt(resourceAt(place, template))),
    ),
  );
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

/** Whether a statement's resources may be those of a service, by what their ARNs call it. */
function servicesOn({ resources }: Statement): (service: string) => boolean {
  const names = resources!.patterns.map((pattern) => pattern.split(":")[2]?.toLowerCase() ?? "*");
  return resources!.negated || names.some((each) => /[*?$]/.test(each))
    ? () => true
    : (service) => names.some((each) => serviceOf(service).arnNames.has(each));
}

function setsOf(boxes: readonly Held[]): ActionSet[] {
  return boxes.map(({ statement }) => statement.actions);
}
