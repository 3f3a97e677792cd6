import { matchingServices, type ActionPattern } from "./action-pattern";
import type { Statement } from "./document";
import { Denials } from "./denials";
import { isHeld } from "./holder";
import { PatternIndex } from "./pattern-index";
import { resourceReachOf } from "./resource-reach";
import { actionsOf, services } from "./service-data";
import { unions } from "./union-access";
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
 * what unconditional Deny statements take away.
 */
export function fullAccess(statements: readonly Statement[]): FullAccess[] {
  const denials = new Denials(statements.filter(isUnconditionalDeny));
  const allows = statements.filter(
    (statement) => isAllow(statement) && statement.conditions.length === 0,
  );
  return grantsOf(allows, (service) => denials.takeFrom(service));
}

/**
 * The services to which the statements would give full access, were it not for a restricting condition or for single actions
 * that a Deny takes away.
 */
export function nearlyFullAccess(
  statements: readonly Statement[],
  full: readonly FullAccess[],
): FullAccess[] {
  const isPlain = statements.every(
    (statement) => statement.effect === "Allow" && statement.conditions.length === 0,
  );
  if (isPlain) {
    return [];
  }
  const denials = new Denials(statements.filter(isUnconditionalDeny));
  const known = new Set(full.flatMap((grant) => grant.services));
  return grantsOf(
    statements.filter(isAllow),
    (service) => known.has(service) || denials.takeAllOf(service),
  );
}

function isAllow(statement: Statement): boolean {
  return statement.effect === "Allow" && isHeld(statement);
}

function isUnconditionalDeny(statement: Statement): boolean {
  return statement.effect === "Deny" && isHeld(statement) && statement.conditions.length === 0;
}

function grantsOf(
  allows: readonly Statement[],
  isTaken: (service: string) => boolean,
): FullAccess[] {
  const found = new Set<string>();
  const grants: FullAccess[] = [];
  const add = (grant: FullAccess): void => {
    const candidates = grant.services.filter((service) => !found.has(service));
    if (candidates.length === 0) {
      return;
    }
    const reaches = grant.statements.map(resourceReachOf);
    const granted = candidates.filter(
      (service) => reaches.every((reach) => reach.isEverythingOf(service)) && !isTaken(service),
    );
    granted.forEach((service) => found.add(service));
    if (granted.length > 0) {
      grants.push({ ...grant, services: granted });
    }
  };
  byPattern(allows).forEach(add);
  byNotAction(allows).forEach(add);
  for (const { service, statements, size } of unions(allows, (each) => found.has(each))) {
    add({ statements, by: "union", pattern: `${size} patterns together`, services: [service] });
  }
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
