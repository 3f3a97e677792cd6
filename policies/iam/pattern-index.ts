import { touches, type ActionPattern } from "./action-pattern";
import { actionsOf } from "./service-data";
import { matches } from "./wildcard";

/** More wildcards than any policy that AWS stores can hold usefully; the shortest ones take in most. */
const MOST_WILDCARDS = 100;
/** Comparisons of a pattern with an action's name, for one document. */
const MOST_COMPARISONS = 100_000;

/** The action patterns of a list by the service that they name, so that a service meets only its own. */
export class PatternIndex {
  readonly #byService = new Map<string, ActionPattern[]>();
  readonly #anyService: ActionPattern[] = [];
  #comparisons = MOST_COMPARISONS;

  constructor(patterns: Iterable<ActionPattern>) {
    for (const pattern of patterns) {
      if (pattern.hasServiceWildcard) {
        this.#anyService.push(pattern);
      } else {
        const list = this.#byService.get(pattern.service);
        if (list === undefined) {
          this.#byService.set(pattern.service, [pattern]);
        } else {
          list.push(pattern);
        }
      }
    }
    const byLength = (one: ActionPattern, other: ActionPattern): number =>
      one.text.length - other.text.length;
    if (this.#anyService.length > MOST_WILDCARDS) {
      this.#anyService.sort(byLength).splice(MOST_WILDCARDS);
    }
  }

  /** The patterns that may take in something of a service. */
  of(service: string): readonly ActionPattern[] {
    const own = this.#byService.get(service) ?? [];
    const any = this.#anyService.filter((pattern) => matches(pattern.service, service));
    return any.length === 0 ? own : [...own, ...any];
  }

  /**
   * Whether a pattern takes in at least one action of a service. Where the comparisons are used up the answer is no, which
   * lets a statement appear wider than it is, never narrower.
   */
  touches(service: string): boolean {
    return this.of(service).some((pattern) => {
      if (pattern.hasActionWildcard && !pattern.isOpen) {
        this.#comparisons -= actionsOf(service).keys.length;
        if (this.#comparisons < 0) {
          return false;
        }
      }
      return touches(pattern, service);
    });
  }

  /** Whether the patterns take in every action that a service has today. */
  takesInAllOf(service: string, actions: readonly string[]): boolean {
    const patterns = this.of(service);
    return (
      patterns.some((pattern) => pattern.action === "*") ||
      // Of a service that the data does not know only a star takes in all.
      (actions.length > 0 &&
        actions.every((action) =>
          patterns.some((pattern) => this.#comparisons-- > 0 && matches(pattern.action, action)),
        ))
    );
  }
}
