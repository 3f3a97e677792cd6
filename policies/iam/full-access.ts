import { splitAction, takeAll, takesSome, type ActionSet } from "./actions";
import { anyone } from "./audience";
import { valueOf } from "./context";
import type { Statement } from "./document";
import { isOn, withoutConditions, type Grants } from "./grants";
import { placesOf, resourceAt } from "./places";
import type { Box } from "./requests";
import { serviceOf, services } from "./services";
import { isOpen } from "./wildcard";
import { MARK } from "./language";

/** Every action of some services, on every resource. */
export interface FullAccess {
  /** The statements that grant it together; mostly one. */
  readonly statements: readonly Statement[];
  readonly by: "pattern" | "NotAction" | "union";
  /** The pattern that grants it; of a union, how many there are. */
  readonly pattern: string;
  readonly services: readonly string[];
}

/**
 * The services of which the statements allow every action, those that AWS adds later among them, on every resource, after
 * what Deny statements take away that hold for every request.
 */
export function fullAccess(grants: Grants): FullAccess[] {
  const denials = grants.denials.filter((box) => isCertain(box, grants.now));
  return granted(grants.open, {
    denialsOf: (service) =>
      denials.filter(({ statement }) => takesSome(statement.actions, service)),
    isTaken: (by, _service, arn) => by.some((denial) => isOn(denial, arn)),
  });
}

/**
 * The services to which the statements would give full access, were it not for a restricting condition or for single actions
 * that a Deny takes away.
 */
export function nearlyFullAccess(grants: Grants, full: readonly FullAccess[]): FullAccess[] {
  if (grants.denials.length === 0 && grants.open.length === grants.allows.length) {
    return [];
  }
  const known = new Set(full.flatMap((grant) => grant.services));
  const denials = grants.denials.filter((box) => isCertain(box, grants.now));
  return granted(
    grants.allows.map(withoutConditions),
    {
      denialsOf: (service) => (takeAll(setsOf(denials), service) ? denials : []),
      isTaken: (by, service, arn) => takeAll(setsOf(by.filter((each) => isOn(each, arn))), service),
    },
    known,
  );
}

/** What Deny statements take away of a service. */
interface Denied {
  /** Those that may take something away. */
  readonly denialsOf: (service: string) => readonly Box[];
  /** Whether they do, on a resource. */
  readonly isTaken: (denials: readonly Box[], service: string, arn: string) => boolean;
}

/** Whether a Deny holds whatever a request carries. */
function isCertain({ statement }: Box, now: number): boolean {
  return statement.conditions.every(
    (condition) =>
      condition.values !== undefined &&
      valueOf([{ condition, holds: false }], condition.key, anyone(now)) === undefined,
  );
}

function granted(
  boxes: readonly Box[],
  { denialsOf, isTaken }: Denied,
  known: ReadonlySet<string> = new Set(),
): FullAccess[] {
  const places = placesOf(boxes.map(({ statement }) => statement));
  const found = new Set(known);
  const isFull = (by: readonly Box[], service: string): boolean => {
    if (!takeAll(setsOf(by), service)) {
      return false;
    }
    const denials = denialsOf(service);
    if (isTaken(denials.filter(isEverywhere), service, "*")) {
      return false;
    }
    const everywhere = by.filter(isEverywhere);
    const isOpen =
      denials.length === 0 &&
      (everywhere.length === by.length || takeAll(setsOf(everywhere), service));
    return (
      isOpen ||
      places.some((place) =>
        everythingOf(service).some((templates) =>
          templates.every((template) => {
            const arn = resourceAt(place, template);
            return (
              takeAll(setsOf(by.filter((box) => isOn(box, arn))), service) &&
              !isTaken(denials, service, arn)
            );
          }),
        ),
      )
    );
  };
  const grants = boxes.flatMap((box): FullAccess[] => {
    const full = wildServices(box).filter(
      (service) => !found.has(service) && isFull([box], service),
    );
    full.forEach((service) => found.add(service));
    const { statement } = box;
    const { patterns, negated } = statement.actions;
    return full.length === 0
      ? []
      : [
          {
            statements: [statement],
            by: negated ? "NotAction" : "pattern",
            pattern: negated ? "NotAction" : openPattern(patterns),
            services: full,
          },
        ];
  });
  return boxes.length < 2 ? grants : [...grants, ...byUnion(boxes, found, isFull)];
}

function byUnion(
  boxes: readonly Box[],
  found: ReadonlySet<string>,
  isFull: (by: readonly Box[], service: string) => boolean,
): FullAccess[] {
  const shared = new Map<string, Box[]>();
  for (const box of boxes) {
    for (const service of wildServices(box)) {
      const by = shared.get(service);
      if (by === undefined) {
        shared.set(service, [box]);
      } else {
        by.push(box);
      }
    }
  }
  const full = [...shared].filter(
    ([service, by]) => by.length > 1 && !found.has(service) && isFull(boxes, service),
  );
  const statements = [...new Set(full.flatMap(([, by]) => by.map(({ statement }) => statement)))];
  const size = statements.reduce((sum, { actions }) => sum + actions.patterns.length, 0);
  return full.length === 0
    ? []
    : [
        {
          statements,
          by: "union",
          pattern: `${size} patterns together`,
          services: full.map(([service]) => service),
        },
      ];
}

/** The services of which a statement allows more than it spells out, on resources that may be theirs. */
function wildServices({ statement: { actions, resources } }: Box): string[] {
  const named = resources!.patterns.map((pattern) => pattern.split(":")[2]?.toLowerCase() ?? "*");
  const isAnywhere = resources!.negated || named.some((each) => /[*?$]/.test(each));
  const wild = actions.negated
    ? [...services()].filter((service) => !actions.listsAll(service))
    : [...actions.services()].filter((service) => actions.onlyNames(service) === undefined);
  return isAnywhere
    ? wild
    : wild.filter((service) => named.some((each) => serviceOf(service).arnNames.has(each)));
}

function isEverywhere({ statement: { resources } }: Box): boolean {
  return !resources!.negated && resources!.patterns.some(isOpen);
}

function openPattern(patterns: readonly string[]): string {
  const open = patterns.find((pattern) => isOpen(splitAction(pattern).action));
  return open?.toLowerCase() ?? `${patterns.length} patterns together`;
}

/** Resources that stand for all that a service has: one of no type in particular, or one of each type. */
function everythingOf(service: string): (readonly string[])[] {
  const { arnNames, templates } = serviceOf(service);
  const untyped = [...arnNames].map((name) => [
    `arn:\${Partition}:${name}:\${Region}:\${Account}:${MARK}`,
  ]);
  return templates.size === 0 ? untyped : [...untyped, [...templates.values()]];
}

function setsOf(boxes: readonly Box[]): ActionSet[] {
  return boxes.map(({ statement }) => statement.actions);
}
