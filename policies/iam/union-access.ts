import { matchingServices, type ActionPattern } from "./action-pattern";
import type { Statement } from "./document";
import { resourceReachOf } from "./resource-reach";
import { actionsOf } from "./service-data";
import { matches } from "./wildcard";

/** Services of fewer actions are covered by chance: two wildcards may be all there is of them. */
const FEWEST_ACTIONS = 10;
/** Of a list that covers a service, the share that wildcards must take in for tomorrow's actions to be taken in, too. */
const WILDCARD_SHARE = 0.5;
/** Comparisons of a pattern with an action's name, for one document. */
const MOST_COMPARISONS = 100_000;
/** Patterns with a wildcard in the service that are looked at. */
const MOST_SERVICE_WILDCARDS = 50;

/** What several statements or patterns take in together of one service. */
export interface Union {
  readonly service: string;
  readonly statements: readonly Statement[];
  /** How many patterns and exceptions there are. */
  readonly size: number;
}

/**
 * The services of which several patterns take in every action together, on every resource: `Create*`, `Delete*`, `Describe*`
 * and so on until nothing is left, or everything but a few actions and then those. The verbs of AWS's actions are few and do
 * not change, so that tomorrow's actions are in as well. A mere list of names is not: it must be wildcards for the most part.
 */
export function unions(
  allows: readonly Statement[],
  isKnown: (service: string) => boolean,
): Union[] {
  const grants = groupByService(allows.filter(({ actions }) => !actions.negated));
  const exceptions = groupByService(
    allows.filter(({ actions }) => actions.negated && !actions.unknown),
  );
  let comparisons = MOST_COMPARISONS;
  const spend = (): boolean => comparisons-- > 0;
  return [...grants].flatMap(([service, granted]) => {
    const isListOfNames = !exceptions.has(service) && ![...granted.values()].some(hasWildcards);
    if (isListOfNames || isKnown(service)) {
      return [];
    }
    const { keys } = actionsOf(service);
    if (keys.length < FEWEST_ACTIONS) {
      return [];
    }
    const reaches = ([statement]: readonly [Statement, unknown]): boolean =>
      resourceReachOf(statement).isEverythingOf(service);
    const patterns = [...granted].filter(reaches);
    const left = [...(exceptions.get(service) ?? [])].filter(reaches);
    const own = patterns.flatMap(([, list]) => list);
    const size = own.length + left.length;
    return size > 1 &&
      takeInAll(
        keys,
        own,
        left.map(([, list]) => list),
        spend,
      )
      ? [{ service, statements: [...patterns, ...left].map(([statement]) => statement), size }]
      : [];
  });
}

function hasWildcards(patterns: readonly ActionPattern[]): boolean {
  return patterns.some(({ hasActionWildcard }) => hasActionWildcard);
}

type ByService = Map<string, Map<Statement, ActionPattern[]>>;

/** The patterns of each service that is named, by the statement in which they stand. */
function groupByService(statements: readonly Statement[]): ByService {
  const groups: ByService = new Map();
  let wildcards = MOST_SERVICE_WILDCARDS;
  for (const statement of statements) {
    for (const pattern of statement.actions.patterns) {
      if (!pattern.isOpen && (!pattern.hasServiceWildcard || wildcards-- > 0)) {
        for (const service of matchingServices(pattern)) {
          const group = groups.get(service) ?? new Map<Statement, ActionPattern[]>();
          groups.set(service, group);
          const list = group.get(statement);
          if (list === undefined) {
            group.set(statement, [pattern]);
          } else {
            list.push(pattern);
          }
        }
      }
    }
  }
  return groups;
}

/**
 * Whether patterns and exceptions leave out none of a service's actions.
 * @param exceptions for each statement that allows everything but something: what it leaves out
 */
function takeInAll(
  keys: readonly string[],
  patterns: readonly ActionPattern[],
  exceptions: readonly (readonly ActionPattern[])[],
  spend: () => boolean,
): boolean {
  const names = new Set<string>();
  const wildcards = new Set<string>();
  for (const { action, hasActionWildcard } of patterns) {
    (hasActionWildcard ? wildcards : names).add(action);
  }
  if (wildcards.size + exceptions.length === 0) {
    return false;
  }
  let byWildcard = 0;
  for (const key of keys) {
    const isWild =
      [...wildcards].some((wildcard) => spend() && matches(wildcard, key)) ||
      exceptions.some((left) => !left.some(({ action }) => !spend() || matches(action, key)));
    if (!isWild && !names.has(key)) {
      return false;
    }
    byWildcard += isWild ? 1 : 0;
  }
  return byWildcard >= keys.length * WILDCARD_SHARE;
}
