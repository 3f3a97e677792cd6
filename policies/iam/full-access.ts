import { matchingServices, parseAction, patternMatches } from "./action-pattern";
import type { Statement } from "./document";
import { reachesEveryResource } from "./resource-reach";
import { actionsOf, services } from "./service-data";
import { isOpen, matches } from "./wildcard";

/** Every action of some services, on every resource. */
export interface FullAccess {
  /** The statements that grant it together; mostly one. */
  readonly statements: readonly Statement[];
  /** The pattern that grants it, or what the patterns have in common. */
  readonly pattern: string;
  readonly services: readonly string[];
}

/**
 * The services of which the statements allow every action, those that AWS adds later among them, on every resource, after
 * what unconditional Deny statements take away. A union of patterns counts where no action is conceivable that it leaves
 * out (`a*` … `z*`); a list of all of today's verbs (`Create*`, `Delete*`, …) does not: tomorrow's action escapes it.
 */
export function fullAccess(statements: readonly Statement[]): FullAccess[] {
  const allows = statements.filter(
    ({ effect, principals, conditions }) =>
      effect === "Allow" && principals === undefined && conditions.length === 0,
  );
  const denials = statements.filter(
    ({ effect, principals, conditions }) =>
      effect === "Deny" && principals === undefined && conditions.length === 0,
  );
  const candidates = [...allows.flatMap(byOnePattern), ...byUnion(allows)];
  return candidates
    .map((candidate) => ({
      ...candidate,
      services: candidate.services.filter(
        (service) =>
          candidate.statements.every((statement) => reachesEveryResource(statement, service)) &&
          !denials.some((denial) => deniesAny(denial, service)),
      ),
    }))
    .filter((candidate) => candidate.services.length > 0);
}

function byOnePattern(statement: Statement): FullAccess[] {
  const { actions } = statement;
  if (actions.negated) {
    const left = actions.unknown
      ? []
      : [...services()].filter((service) => !actions.values.some((each) => touches(each, service)));
    return [{ statements: [statement], pattern: "NotAction", services: left }];
  }
  return [...new Set(actions.values)]
    .map(parseAction)
    .filter(({ action }) => isOpen(action))
    .map(({ text, service }) => ({
      statements: [statement],
      pattern: text,
      services: matchingServices(service).filter((each) => takesInAll(text, each)),
    }));
}

/** Whether a pattern takes in at least one action of a service, or would if there were more. */
function touches(pattern: string, service: string): boolean {
  const parsed = parseAction(pattern);
  return (
    matches(parsed.service, service) &&
    (isOpen(parsed.action) || actionsOf(service).keys.some((key) => matches(parsed.action, key)))
  );
}

/** `service:??*` leaves out what is shorter: all of today's actions must still be in. */
function takesInAll(pattern: string, service: string): boolean {
  const { action } = parseAction(pattern);
  return action === "*" || actionsOf(service).keys.every((key) => matches(action, key));
}

/** Services whose every conceivable action is taken in by several patterns together. */
function byUnion(allows: readonly Statement[]): FullAccess[] {
  const byService = new Map<string, { patterns: Set<string>; statements: Set<Statement> }>();
  for (const statement of allows.filter(({ actions }) => !actions.negated)) {
    for (const { text, service, action } of statement.actions.values.map(parseAction)) {
      if (action.includes("*") && !isOpen(action)) {
        const entry = byService.get(service) ?? { patterns: new Set(), statements: new Set() };
        entry.patterns.add(text);
        entry.statements.add(statement);
        byService.set(service, entry);
      }
    }
  }
  return [...byService]
    .filter(([, { patterns }]) => patterns.size >= LETTERS.length)
    .flatMap(([servicePattern, { patterns, statements }]) => {
      const actions = [...patterns].map((text) => parseAction(text).action);
      const isComplete = PROBES.every((probe) => actions.some((action) => matches(action, probe)));
      return isComplete
        ? [
            {
              statements: [...statements],
              pattern: `${servicePattern}:* in ${patterns.size} patterns`,
              services: matchingServices(servicePattern),
            },
          ]
        : [];
    });
}

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
/** One action name for each pair of first letters, none of which AWS has. */
const PROBES = LETTERS.flatMap((first) =>
  LETTERS.map((second) => `${first}${second}qxjzkwvfuturething`),
);

/** Whether a Deny takes away at least one action of a service on every resource. */
function deniesAny(denial: Statement, service: string): boolean {
  if (!deniesEveryResource(denial, service)) {
    return false;
  }
  const { actions } = denial;
  if (actions.negated) {
    return (
      !actions.unknown &&
      actionsOf(service).keys.some(
        (key) => !actions.values.some((pattern) => patternMatches(pattern, service, key)),
      )
    );
  }
  return actions.values.some((pattern) => touches(pattern, service));
}

/** All but a few resources denied leaves a few, which is not every resource. */
function deniesEveryResource(denial: Statement, service: string): boolean {
  return reachesEveryResource(denial, service);
}
