import type { Statement } from "./document";
import { PatternIndex } from "./pattern-index";
import { resourceReachOf } from "./resource-reach";
import { actionsOf } from "./service-data";

/** Statements that concern one service beyond this many are passed over: what they deny stays allowed in the verdict. */
const MOST_STATEMENTS = 100;

/**
 * The unconditional Deny statements of a document. They take full access to a service away where they deny one of its actions
 * on every resource.
 */
export class Denials {
  /** Those on every resource there is, together. */
  readonly #everywhere: PatternIndex;
  /** The others by the service that they name, and those that may concern any. */
  readonly #byService = new Map<string, Denial[]>();
  readonly #anyService: Denial[] = [];

  constructor(statements: readonly Statement[]) {
    const isEverywhere = ({ actions, resources }: Statement): boolean =>
      !actions.negated &&
      resources?.negated === false &&
      resources.patterns.some((pattern) => pattern.isOpen);
    this.#everywhere = new PatternIndex(
      statements.filter(isEverywhere).flatMap(({ actions }) => actions.patterns),
    );
    for (const statement of statements.filter((each) => !isEverywhere(each))) {
      this.#add(new Denial(statement), statement);
    }
  }

  #add(denial: Denial, { actions }: Statement): void {
    if (actions.negated || actions.patterns.some((pattern) => pattern.hasServiceWildcard)) {
      addUpTo(MOST_STATEMENTS, this.#anyService, denial);
      return;
    }
    for (const service of new Set(actions.patterns.map((pattern) => pattern.service))) {
      const list = this.#byService.get(service) ?? [];
      addUpTo(MOST_STATEMENTS, list, denial);
      this.#byService.set(service, list);
    }
  }

  /** Whether something of a service's full access is taken away. */
  takeFrom(service: string): boolean {
    return (
      this.#everywhere.touches(service) ||
      (this.#byService.get(service) ?? []).some((denial) => denial.takesFrom(service)) ||
      this.#anyService.some((denial) => denial.takesFrom(service))
    );
  }

  /** Whether nothing worth naming is left of a service. */
  takeAllOf(service: string): boolean {
    const { keys } = actionsOf(service);
    return (
      this.#everywhere.takesInAllOf(service, keys) ||
      (this.#byService.get(service) ?? []).some((denial) => denial.takesAllOf(service)) ||
      this.#anyService.some((denial) => denial.takesAllOf(service))
    );
  }
}

function addUpTo(most: number, list: Denial[], denial: Denial): void {
  if (list.length < most) {
    list.push(denial);
  }
}

class Denial {
  #patterns: PatternIndex | undefined;

  constructor(readonly statement: Statement) {}

  takesFrom(service: string): boolean {
    const { actions } = this.statement;
    if (actions.negated && actions.unknown) {
      return false;
    }
    this.#patterns ??= new PatternIndex(actions.patterns);
    const deniesSome = actions.negated
      ? !this.#patterns.takesInAllOf(service, actionsOf(service).keys)
      : this.#patterns.touches(service);
    return deniesSome && resourceReachOf(this.statement).isEverythingOf(service);
  }

  takesAllOf(service: string): boolean {
    const { actions } = this.statement;
    if (actions.negated) {
      // All but a few actions denied: what is left is a few.
      return this.takesFrom(service);
    }
    this.#patterns ??= new PatternIndex(actions.patterns);
    return (
      this.#patterns.takesInAllOf(service, actionsOf(service).keys) &&
      resourceReachOf(this.statement).isEverythingOf(service)
    );
  }
}
