import { actionIn, type ActionSet } from "./actions";
import { holds, type Condition, type KeyValue } from "./condition";
import { valueOf, type Setting } from "./context";
import type { Principal, Principals, Statement } from "./document";
import { spend } from "./effort";
import { matchesPrincipal } from "./principals";
import { accepts, domain, language, wordIn, type Language } from "./words";

/** Requests for some actions. */
interface ActionTest {
  readonly of: "action";
  readonly actions: ActionSet;
}
/** Requests on some resources. */
export interface ResourceTest {
  readonly of: "resource";
  readonly words: Language;
  readonly negated: boolean;
}
interface PrincipalTest {
  readonly of: "principal";
  readonly principals: Principals;
}
interface KeyTest {
  readonly of: "key";
  readonly condition: Condition;
}

/** One of the things that a statement asks of a request. */
export type Test = ActionTest | ResourceTest | PrincipalTest | KeyTest;

/** A statement as what it asks of a request: it applies where all its tests hold. A box of the space of requests. */
export interface Box {
  readonly statement: Statement;
  /** The action and the resource. */
  readonly what: readonly Test[];
  /** The principal, where the statement names one. */
  readonly who: readonly Test[];
  /** The conditions. */
  readonly when: readonly Test[];
}

export function testsOf({ what, who, when }: Box): readonly Test[] {
  return [...what, ...who, ...when];
}

/** The requests in question. */
export interface Scope extends Setting {
  /** Who may send them; the first that meets all tests is taken. Empty for identity policies. */
  readonly principals: readonly Principal[];
}

/** A concrete request, or as much of one as the tests so far have asked for. */
export interface Point {
  /** Such as `s3:GetObject`. */
  readonly action?: string;
  readonly resource?: string;
  readonly principal?: Principal;
  /** By key in lower case. */
  readonly context: ReadonlyMap<string, KeyValue>;
}

/** The tests of a statement. */
export function boxOf(statement: Statement): Box {
  const { actions, resources, principals, conditions, variables } = statement;
  const what: Test[] = [{ of: "action", actions }];
  if (resources !== undefined) {
    const words = language(resources.patterns, { wildcards: true, variables });
    what.push({ of: "resource", words, negated: resources.negated });
  }
  return {
    statement,
    what,
    who: principals === undefined ? [] : [{ of: "principal", principals }],
    when: conditions.map((condition): Test => ({ of: "key", condition })),
  };
}

/** Requests on resources of a domain. */
export function resourcesIn(...templates: readonly string[]): ResourceTest {
  return { of: "resource", words: domain(...templates), negated: false };
}

/** Requests on one resource. */
export function theResource(arn: string): ResourceTest {
  return { of: "resource", words: language([arn], {}), negated: false };
}

/** Requests on all other resources. */
export function complement(test: ResourceTest): ResourceTest {
  return { ...test, negated: !test.negated };
}

interface Literal<Of extends Test = Test> {
  readonly test: Of;
  readonly holds: boolean;
}

const RESOURCES = domain("*", "arn:[:+]:[:]:[:]:[:]:[*]");

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
    return new Region(scope, new Map(), { context: new Map() });
  }

  /** The requests of this set for which all tests hold. */
  within(tests: readonly Test[]): Region | undefined {
    return this.#meeting(tests.map((test) => ({ test, holds: true })));
  }

  /** The requests of this set for which a test holds, or does not. */
  and(test: Test, wanted: boolean): Region | undefined {
    return this.#meeting([{ test, holds: wanted }]);
  }

  /** Copies what is known once, however many literals are added. */
  #meeting(added: readonly Literal[]): Region | undefined {
    const literals = new Map(this.literals);
    const point = copyOf(this.point);
    for (const literal of added) {
      const { test, holds: wanted } = literal;
      const dimension = test.of === "key" ? `key ${test.condition.key}` : test.of;
      const together = [...(literals.get(dimension) ?? []), literal];
      spend(together.length);
      literals.set(dimension, together);
      // Of addresses many must be left: that one more test is passed by the known one says little.
      const isTold = test.of !== "key" || test.condition.test.type !== "address";
      const isMet = isTold && together.length > 1 && passes(test, point, this.scope) === wanted;
      if (!isMet && !solve(test, together, this.scope, point)) {
        return undefined;
      }
    }
    return new Region(this.scope, literals, point);
  }

  /** The known request, after a value has been found for what none of the tests so far was about. */
  completedFor(tests: readonly Test[]): Region {
    if (!tests.some((test) => isOpen(test, this.point))) {
      return this;
    }
    const point = copyOf(this.point);
    for (const test of tests) {
      if (isOpen(test, point) && !solve(test, [{ test, holds: false }], this.scope, point)) {
        solve(test, [{ test, holds: true }], this.scope, point);
      }
    }
    return new Region(this.scope, this.literals, point);
  }

  /** Whether the known request passes all tests. */
  isWithin(tests: readonly Test[]): boolean {
    return tests.every((test) => passes(test, this.point, this.scope));
  }
}

/** A point to which values are added. */
interface Draft {
  action?: string | undefined;
  resource?: string | undefined;
  principal?: Principal | undefined;
  readonly context: Map<string, KeyValue>;
}

function copyOf(point: Point): Draft {
  return { ...point, context: new Map(point.context) };
}

/** Whether a request has no value yet for what a test is about. */
function isOpen(test: Test, point: Point): boolean {
  return test.of === "key" ? !point.context.has(test.condition.key) : point[test.of] === undefined;
}

export function passesResource({ words, negated }: ResourceTest, resource: string): boolean {
  return accepts(words, resource) !== negated;
}

function passes(
  test: Test,
  { action, resource, principal, context }: Point,
  scope: Scope,
): boolean {
  spend(4);
  switch (test.of) {
    case "action": {
      const [service, name] = action!.toLowerCase().split(":") as [string, string];
      return test.actions.has(service, name);
    }
    case "resource":
      return passesResource(test, resource!);
    case "principal":
      return principal !== undefined && matchesPrincipal(test.principals, principal);
    default: {
      const { condition } = test;
      return (
        condition.values !== undefined &&
        holds(condition, context.get(condition.key), scope.now ?? 0)
      );
    }
  }
}

/** Gives a point a value that meets the literals of one dimension; false where there is none. */
function solve(test: Test, literals: readonly Literal[], scope: Scope, point: Draft): boolean {
  switch (test.of) {
    case "action": {
      const sets = (wanted: boolean): ActionSet[] =>
        (literals as Literal<ActionTest>[])
          .filter((each) => each.holds === wanted)
          .map((each) => each.test.actions);
      point.action = actionIn(sets(true), sets(false));
      return point.action !== undefined;
    }
    case "resource": {
      point.resource = resourceFor(literals as Literal<ResourceTest>[]);
      return point.resource !== undefined;
    }
    case "principal": {
      point.principal = scope.principals.find((candidate) =>
        (literals as Literal<PrincipalTest>[]).every(
          (each) => matchesPrincipal(each.test.principals, candidate) === each.holds,
        ),
      );
      return point.principal !== undefined;
    }
    default: {
      const { key } = test.condition;
      const demands = (literals as Literal<KeyTest>[]).map((each) => ({
        condition: each.test.condition,
        holds: each.holds,
      }));
      const found = valueOf(demands, key, scope);
      if (found !== undefined) {
        point.context.set(key, found.value);
      }
      return found !== undefined;
    }
  }
}

function resourceFor(literals: readonly Literal<ResourceTest>[]): string | undefined {
  const languages = (isIn: boolean): Language[] =>
    literals
      .filter((each) => (each.holds !== each.test.negated) === isIn)
      .map(({ test }) => test.words);
  const [ins, outs] = [languages(true), languages(false)];
  const word = wordIn(ins, outs);
  return word === undefined || word === "*" || /^arn:[^:]+:[^:]*:[^:]*:[^:]*:/s.test(word)
    ? word
    : wordIn([...ins, RESOURCES], outs);
}

/**
 * A request of the region to which none of the statements applies, each given by its tests; undefined where there is none. Each
 * statement that applies to the request at hand splits the region into the parts that escape one of its tests.
 *
 * @throws TooComplex where that takes too many steps
 */
export function escape(region: Region, from: readonly (readonly Test[])[]): Region | undefined {
  let current = region;
  for (const tests of from) {
    current = current.completedFor(tests);
    if (current.isWithin(tests)) {
      return escapeOne(current, tests, from);
    }
  }
  return current;
}

function escapeOne(
  region: Region,
  tests: readonly Test[],
  from: readonly (readonly Test[])[],
): Region | undefined {
  let inside: Region | undefined = region;
  for (const test of tests) {
    const outside: Region | undefined = inside?.and(test, false);
    const found = outside === undefined ? undefined : escape(outside, from);
    if (found !== undefined) {
      return found;
    }
    inside = inside?.and(test, true);
  }
  return undefined;
}
