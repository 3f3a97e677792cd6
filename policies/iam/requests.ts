import { actionIn, type ActionSet } from "./actions";
import { holds, type Condition, type KeyValue } from "./condition";
import { valueOf, type Demand, type Setting } from "./context";
import type { Principal, Principals, Statement } from "./document";
import { spend } from "./effort";
import { matchesPrincipal } from "./principals";
import { domain, language, type Language } from "./language";
import { accepts, wordIn } from "./words";

/** One of the things that a statement asks of a request. */
export type Test =
  | { readonly of: "action"; readonly actions: ActionSet }
  | { readonly of: "resource"; readonly words: Language; readonly negated: boolean }
  | { readonly of: "principal"; readonly principals: Principals }
  | { readonly of: "key"; readonly condition: Condition };

/** A statement as what it asks of a request: it applies where all its tests hold. A box of the space of requests. */
export interface Box {
  readonly statement: Statement;
  readonly tests: readonly Test[];
}

/** The requests in question. */
export interface Scope extends Setting {
  /** Who may send them; the first that meets all tests is taken. Empty for identity policies. */
  readonly principals: readonly Principal[];
}

/** A concrete request, or as much of one as the tests so far have asked for. */
export interface Point {
  readonly action?: string;
  readonly resource?: string;
  readonly principal?: Principal;
  /** By key in lower case. */
  readonly context: ReadonlyMap<string, KeyValue>;
}

/**
 * The tests of a statement.
 *
 * @param inDoubt whether ARNs are read so that in doubt they match more: partition and service without regard to case
 */
export function boxOf(statement: Statement, inDoubt = false): Box {
  const { actions, resources, principals, conditions, variables } = statement;
  const tests: Test[] = [{ of: "action", actions }];
  if (resources !== undefined) {
    const patterns = inDoubt ? resources.patterns.map(withLowerFront) : resources.patterns;
    const words = language(patterns, { wildcards: true, variables });
    tests.push({ of: "resource", words, negated: resources.negated });
  }
  if (principals !== undefined) {
    tests.push({ of: "principal", principals });
  }
  tests.push(...conditions.map((condition): Test => ({ of: "key", condition })));
  return { statement, tests };
}

function withLowerFront(pattern: string): string {
  return pattern.replace(/^arn:[^:]*:[^:]*/i, (front) => front.toLowerCase());
}

interface Literal {
  readonly test: Test;
  readonly holds: boolean;
}

const RESOURCES = domain("*", "arn:[:+]:[:]:[:]:[:]:[*]");
const NOWHERE: Point = { context: new Map() };

/**
 * A set of requests: those for which some tests hold and others do not. It is never empty, and knows one of its requests; a
 * narrower set that would be empty is undefined.
 */
export class Region {
  private constructor(
    readonly scope: Scope,
    private readonly literals: ReadonlyMap<string, readonly Literal[]>,
    /** One request of the set. */
    readonly point: Point,
  ) {}

  /** All requests in question. */
  static all(scope: Scope): Region {
    return new Region(scope, new Map(), NOWHERE);
  }

  /** The requests of this set for which all tests hold. */
  within(tests: readonly Test[]): Region | undefined {
    return tests.reduce<Region | undefined>((region, test) => region?.and(test, true), this);
  }

  /** The requests of this set for which a test holds, or does not. */
  and(test: Test, wanted: boolean): Region | undefined {
    const dimension = test.of === "key" ? `key ${test.condition.key}` : test.of;
    const literals = [...(this.literals.get(dimension) ?? []), { test, holds: wanted }];
    spend(literals.length);
    const point =
      literals.length > 1 && this.#meets(test) === wanted
        ? this.point
        : solve(test, literals, this.scope, this.point);
    return point === undefined
      ? undefined
      : new Region(this.scope, new Map(this.literals).set(dimension, literals), point);
  }

  /** Whether the known request passes a test. */
  #meets(test: Test): boolean {
    return passes(test, this.point, this.scope);
  }

  /** The known request, after a value has been found for what none of the tests so far was about. */
  completedFor(tests: readonly Test[]): Region {
    let point = this.point;
    for (const test of tests) {
      const isOpen =
        test.of === "key" ? !point.context.has(test.condition.key) : point[test.of] === undefined;
      if (isOpen) {
        point =
          solve(test, [{ test, holds: false }], this.scope, point) ??
          solve(test, [{ test, holds: true }], this.scope, point) ??
          point;
      }
    }
    return point === this.point ? this : new Region(this.scope, this.literals, point);
  }

  /** Whether the known request passes all tests. */
  isWithin(tests: readonly Test[]): boolean {
    return tests.every((test) => this.#meets(test));
  }
}

function passes(test: Test, point: Point, { now = 0 }: Scope): boolean {
  spend(4);
  switch (test.of) {
    case "action": {
      const [service, name] = point.action!.toLowerCase().split(":") as [string, string];
      return test.actions.has(service, name);
    }
    case "resource":
      return accepts(test.words, point.resource!) !== test.negated;
    case "principal":
      return point.principal !== undefined && matchesPrincipal(test.principals, point.principal);
    default:
      return (
        test.condition.values !== undefined &&
        holds(test.condition, point.context.get(test.condition.key), now)
      );
  }
}

/** The point with a value that meets the literals of one dimension; undefined where there is none. */
function solve(
  test: Test,
  literals: readonly Literal[],
  scope: Scope,
  point: Point,
): Point | undefined {
  switch (test.of) {
    case "action": {
      const set = ({ test: each }: Literal): ActionSet => (each as { actions: ActionSet }).actions;
      const action = actionIn(
        literals.filter(isWanted).map(set),
        literals.filter(isUnwanted).map(set),
      );
      return action === undefined ? undefined : { ...point, action };
    }
    case "resource": {
      const resource = resourceFor(literals);
      return resource === undefined ? undefined : { ...point, resource };
    }
    case "principal": {
      const principal = scope.principals.find((candidate) =>
        literals.every(
          (each) =>
            matchesPrincipal((each.test as { principals: Principals }).principals, candidate) ===
            each.holds,
        ),
      );
      return principal === undefined ? undefined : { ...point, principal };
    }
    default: {
      const { key } = test.condition;
      const demands = literals.map((each): Demand => ({
        condition: (each.test as { condition: Condition }).condition,
        holds: each.holds,
      }));
      const found = valueOf(demands, key, scope);
      return found === undefined
        ? undefined
        : { ...point, context: new Map(point.context).set(key, found.value) };
    }
  }
}

function isWanted({ holds: wanted }: Literal): boolean {
  return wanted;
}

function isUnwanted({ holds: wanted }: Literal): boolean {
  return !wanted;
}

function resourceFor(literals: readonly Literal[]): string | undefined {
  const ins: Language[] = [];
  const outs: Language[] = [];
  for (const { test, holds: wanted } of literals) {
    const { words, negated } = test as { words: Language; negated: boolean };
    (wanted !== negated ? ins : outs).push(words);
  }
  const word = wordIn(ins, outs);
  return word === undefined || word === "*" || /^arn:[^:]+:[^:]*:[^:]*:[^:]*:/s.test(word)
    ? word
    : wordIn([...ins, RESOURCES], outs);
}

/**
 * A request of the region to which none of the statements applies; undefined where there is none. Each statement that applies to
 * the request at hand splits the region into the parts that escape one of its tests.
 *
 * @throws TooComplex where that takes too many steps
 */
export function escape(region: Region, from: readonly Box[]): Region | undefined {
  let current = region;
  for (const box of from) {
    current = current.completedFor(box.tests);
    if (current.isWithin(box.tests)) {
      return escapeOne(current, box, from);
    }
  }
  return current;
}

function escapeOne(region: Region, box: Box, from: readonly Box[]): Region | undefined {
  let inside: Region | undefined = region;
  for (const test of box.tests) {
    const outside: Region | undefined = inside?.and(test, false);
    const found = outside === undefined ? undefined : escape(outside, from);
    if (found !== undefined) {
      return found;
    }
    inside = inside?.and(test, true);
  }
  return undefined;
}
