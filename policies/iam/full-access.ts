import { matchingServices, type ActionPattern } from "./action-pattern";
import type { Statement } from "./document";
import { Denials } from "./denials";
import { PatternIndex } from "./pattern-index";
import { ResourceReach } from "./resource-reach";
import { actionsOf, services } from "./service-data";
import { matches } from "./wildcard";

/** Every action of some services, on every resource. */
export interface FullAccess {
  /** The statements that grant it together; mostly one. */
  readonly statements: readonly Statement[];
  readonly by: "pattern" | "NotAction" | "union";
  /** The pattern that grants it; of a union, how many there are. */
  readonly pattern: string;
  readonly services: readonly string[];
}

/** Patterns with a wildcard in the service are tried on every service: no policy that AWS stores needs this many. */
const MOST_SERVICE_WILDCARDS = 300;

/**
 * The services of which the statements allow every action, those that AWS adds later among them, on every resource, after
 * what unconditional Deny statements take away. A union of patterns counts where no action is conceivable that it leaves
 * out (`a*` … `z*`); a list of all of today's verbs (`Create*`, `Delete*`, …) does not: tomorrow's action escapes it.
 */
export function fullAccess(statements: readonly Statement[]): FullAccess[] {
  const relevant = statements.filter(
    ({ principals, conditions }) => principals === undefined && conditions.length === 0,
  );
  const allows = relevant.filter(({ effect }) => effect === "Allow");
  const denials = new Denials(relevant.filter(({ effect }) => effect === "Deny"));
  const found = new Set<string>();
  const grants: FullAccess[] = [];
  const add = (grant: FullAccess): void => {
    const candidates = grant.services.filter((service) => !found.has(service));
    if (candidates.length === 0) {
      return;
    }
    // A union needs all of its statements to reach everything.
    const reaches = grant.statements.map((statement) => new ResourceReach(statement));
    const granted = candidates.filter(
      (service) =>
        reaches.every((reach) => reach.isEverythingOf(service)) && !denials.takeFrom(service),
    );
    granted.forEach((service) => found.add(service));
    if (granted.length > 0) {
      grants.push({ ...grant, services: granted });
    }
  };
  byPattern(allows).forEach(add);
  byNotAction(allows).forEach(add);
  byUnion(allows).forEach(add);
  return grants;
}

/** The patterns whose action is all wildcard, each once for each statement. */
function byPattern(allows: readonly Statement[]): FullAccess[] {
  let wildcards = MOST_SERVICE_WILDCARDS;
  return allows
    .filter(({ actions }) => !actions.negated)
    .flatMap((statement) =>
      [...new Set(statement.actions.patterns)]
        .filter((pattern) => pattern.isOpen && (!pattern.hasServiceWildcard || wildcards-- > 0))
        .map((pattern) => ({
          statements: [statement],
          by: "pattern" as const,
          pattern: pattern.text,
          services: matchingServices(pattern).filter((service) => takesInAll(pattern, service)),
        })),
    );
}

/** `service:??*` leaves out what is shorter: all of today's actions must still be in. */
function takesInAll(pattern: ActionPattern, service: string): boolean {
  return (
    pattern.action === "*" || actionsOf(service).keys.every((key) => matches(pattern.action, key))
  );
}

/** Everything but a list is every service that the list does not mention. */
function byNotAction(allows: readonly Statement[]): FullAccess[] {
  return allows
    .filter(({ actions }) => actions.negated && !actions.unknown)
    .map((statement) => {
      const excepted = new PatternIndex(statement.actions.patterns);
      return {
        statements: [statement],
        by: "NotAction" as const,
        pattern: "NotAction",
        services: [...services()].filter((service) => !excepted.touches(service)),
      };
    });
}

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
/** One action name for each pair of first letters, none of which AWS has. */
const PROBES = LETTERS.flatMap((first) =>
  LETTERS.map((second) => `${first}${second}qxjzkwvfuturething`),
);
/** A union that leaves nothing out has short patterns; longer ones add nothing to it. */
const MOST_PATTERNS_A_LETTER = 200;

/** Services whose every conceivable action is taken in by several patterns together. */
function byUnion(allows: readonly Statement[]): FullAccess[] {
  const unions = new Map<string, Map<ActionPattern, Statement>>();
  for (const statement of allows.filter(({ actions }) => !actions.negated)) {
    for (const pattern of statement.actions.patterns) {
      if (pattern.hasActionWildcard && !pattern.isOpen && pattern.action.includes("*")) {
        const union = unions.get(pattern.service) ?? new Map<ActionPattern, Statement>();
        unions.set(pattern.service, union.set(pattern, statement));
      }
    }
  }
  return [...unions.values()]
    .filter((union) => union.size >= LETTERS.length && leavesNothingOut([...union.keys()]))
    .map((union) => ({
      statements: [...new Set(union.values())],
      by: "union" as const,
      pattern: `${union.size} patterns together`,
      services: matchingServices([...union.keys()][0]!).filter((service) => {
        const index = new PatternIndex(union.keys());
        return index.takesInAllOf(service, actionsOf(service).keys);
      }),
    }));
}

function leavesNothingOut(patterns: readonly ActionPattern[]): boolean {
  const byLetter = new Map<string, string[]>();
  for (const { action } of patterns) {
    const first = /^[a-z0-9]/.exec(action)?.[0] ?? "";
    const actions = byLetter.get(first) ?? [];
    actions.push(action);
    byLetter.set(first, actions);
  }
  const shortest = new Map(
    [...byLetter].map(([first, actions]) => [
      first,
      actions.sort((one, other) => one.length - other.length).slice(0, MOST_PATTERNS_A_LETTER),
    ]),
  );
  return PROBES.every((probe) =>
    [...(shortest.get(probe[0]!) ?? []), ...(shortest.get("") ?? [])].some((action) =>
      matches(action, probe),
    ),
  );
}
