import { spend } from "./effort";
import { serviceOf, services } from "./services";
import { hasWildcard, matches, simplify } from "./wildcard";
import { domain, language, type Language } from "./language";
import { wordIn } from "./words";

/** What a list of action patterns takes in of the services that one name or pattern stands for. */
interface Listed {
  /** Whether it is every action, those that AWS adds later among them. */
  all: boolean;
  readonly names: Set<string>;
  /** What stands before a star at the end; in order, and none begins with another. */
  fronts: string[];
  /** Patterns with other wildcards. */
  readonly globs: string[];
}

/** Names that a service may give to actions to come, in any case. */
const FUTURE: Language = { ...domain("[a+]"), fold: true };

/** The set of actions that an Action or NotAction element denotes; names are compared in lower case. */
export class ActionSet {
  readonly #byService = new Map<string, Listed>();
  /** Of services with a wildcard. */
  readonly #byPattern = new Map<string, Listed>();

  /** @param negated whether the element is NotAction: everything but the patterns */
  constructor(
    readonly patterns: readonly string[],
    readonly negated: boolean,
  ) {
    for (const pattern of patterns) {
      const { service, action } = splitAction(pattern.toLowerCase());
      const known = hasWildcard(service) ? this.#byPattern : this.#byService;
      const listed = known.get(service) ?? { all: false, names: new Set(), fronts: [], globs: [] };
      known.set(service, listed);
      if (action === "*" || action === "?*") {
        listed.all = true;
      } else if (!hasWildcard(action)) {
        listed.names.add(action);
      } else if (/^[^*?]*\*$/.test(action)) {
        listed.fronts.push(action.slice(0, -1));
      } else {
        listed.globs.push(action);
      }
    }
    for (const listed of [...this.#byService.values(), ...this.#byPattern.values()]) {
      listed.fronts = shortest(listed.fronts);
    }
  }

  /** What the patterns list of a service: in doubt, in several parts. */
  #of(service: string): Listed[] {
    const own = this.#byService.get(service);
    const found = own === undefined ? [] : [own];
    if (this.#byPattern.size > 0) {
      spend(2 * this.#byPattern.size);
      for (const [pattern, listed] of this.#byPattern) {
        if (matches(pattern, service)) {
          found.push(listed);
        }
      }
    }
    return found;
  }

  /** Whether an action belongs to the set; both parts in lower case. */
  has(service: string, action: string): boolean {
    return this.lists(service, action) !== this.negated;
  }

  /** Whether a pattern, negated or not, matches an action. */
  lists(service: string, action: string): boolean {
    return this.#of(service).some(({ all, names, fronts, globs }) => {
      spend(1 + fronts.length + globs.length);
      return (
        all ||
        names.has(action) ||
        fronts.some((front) => action.startsWith(front)) ||
        globs.some((glob) => matches(glob, action))
      );
    });
  }

  /**
   * Marks which actions of a service the patterns list: two places for each of its names in order, today's action and one to
   * come whose name begins with it.
   */
  mark(service: string, taken: Uint8Array): void {
    const { names } = serviceOf(service);
    for (const listed of this.#of(service)) {
      if (listed.all) {
        taken.fill(1);
        return;
      }
      const { fronts, globs } = listed;
      spend(fronts.length + names.length * (1 + 2 * globs.length));
      let at = 0;
      names.forEach((name, index) => {
        while (at < fronts.length && fronts[at]! <= name) {
          at++;
        }
        // If a front begins the name, it is the last one that is not after it.
        const isWhole = at > 0 && name.startsWith(fronts[at - 1]!);
        const isListed = isWhole || listed.names.has(name);
        taken[2 * index]! |= Number(isListed || globs.some((glob) => matches(glob, name)));
        taken[2 * index + 1]! |= Number(
          isWhole || globs.some((glob) => matches(glob, name + TOMORROW)),
        );
      });
    }
  }

  /** Whether the patterns list every action of a service, those to come among them. */
  listsAll(service: string): boolean {
    return this.#of(service).some(({ all }) => all);
  }

  /** Whether a pattern may list an action of a service. */
  mentions(service: string): boolean {
    return this.#of(service).length > 0;
  }

  /** Whether a pattern leaves the service open. */
  get hasAnyService(): boolean {
    return this.#byPattern.size > 0;
  }

  /** The services of which the patterns may list actions: those that they spell out, and AWS's that a wildcard takes in. */
  services(): Set<string> {
    return new Set([
      ...this.#byService.keys(),
      ...(this.hasAnyService ? [...services()].filter((each) => this.mentions(each)) : []),
    ]);
  }

  /** The names that the patterns spell out of a service; undefined where a wildcard may list more. */
  onlyNames(service: string): ReadonlySet<string> | undefined {
    const parts = this.#of(service);
    return parts.some(({ all, fronts, globs }) => all || fronts.length + globs.length > 0)
      ? undefined
      : new Set(parts.flatMap(({ names }) => [...names]));
  }

  /** What the patterns list of a service, as a language of names. */
  namesOf(service: string): Language {
    const texts = this.#of(service).flatMap(({ all, names, fronts, globs }) =>
      all ? ["*"] : [...names, ...fronts.map((front) => `${front}*`), ...globs],
    );
    return language(texts, { wildcards: true, fold: true });
  }

  /** Which of the elements' services take in a service: those of one answer list the same of it. */
  partsOf(service: string): string {
    const own = this.#byService.has(service) ? service : "";
    const patterns = [...this.#byPattern.keys()].filter((pattern) => matches(pattern, service));
    return [own, ...patterns].join(" ");
  }
}

/** The texts in order, but for those that begin with another. */
function shortest(fronts: string[]): string[] {
  const kept: string[] = [];
  for (const front of fronts.sort()) {
    const last = kept[kept.length - 1];
    if (last === undefined || !front.startsWith(last)) {
      kept.push(front);
    }
  }
  return kept;
}

/** What stands for the rest of the name of an action to come. */
const TOMORROW = "zq";

/** Whether sets of actions take in every action of a service together, those to come among them. */
export function takeAll(sets: readonly ActionSet[], service: string): boolean {
  if (sets.some((each) => (each.negated ? !each.mentions(service) : each.listsAll(service)))) {
    return true;
  }
  const { names } = serviceOf(service);
  return (
    names.length >= FEWEST_ACTIONS &&
    // Mostly the first name or the last one tells at once.
    [names[0]!, names[names.length - 1]!].every((name) =>
      sets.some((each) => each.has(service, name)),
    ) &&
    !marked(sets, service).includes(0)
  );
}

/** Services of fewer actions are covered by chance: two wildcards may be all there is of them. */
const FEWEST_ACTIONS = 10;

/** Whether a set takes in an action of a service. */
export function takesSome(set: ActionSet, service: string): boolean {
  return set.negated
    ? !set.listsAll(service) && marked([set], service).includes(1)
    : set.listsAll(service) || (set.mentions(service) && marked([set], service).includes(1));
}

function marked(sets: readonly ActionSet[], service: string): Uint8Array {
  const size = 2 * serviceOf(service).names.length;
  const taken = new Uint8Array(size);
  for (const set of sets) {
    if (set.negated) {
      const listed = new Uint8Array(size);
      set.mark(service, listed);
      listed.forEach((each, at) => (taken[at]! |= 1 - each));
    } else {
      set.mark(service, taken);
    }
  }
  return taken;
}

/** Takes a pattern apart. Without a colon, a star at the end stands for every action; anything else is not an action. */
export function splitAction(pattern: string): {
  readonly service: string;
  readonly action: string;
} {
  const colon = pattern.indexOf(":");
  return colon < 0
    ? { service: simplify(pattern), action: pattern.endsWith("*") ? "*" : "" }
    : { service: simplify(pattern.slice(0, colon)), action: simplify(pattern.slice(colon + 1)) };
}

/**
 * An action that belongs to all of `ins` and none of `outs`, as AWS spells it; undefined where there is none. One that a service
 * has today is preferred; exact also for names to come.
 */
export function actionIn(
  ins: readonly ActionSet[],
  outs: readonly ActionSet[],
): string | undefined {
  const listed = [...ins.filter(isPlain), ...outs.filter(isNegated)];
  const unlisted = [...ins.filter(isNegated), ...outs.filter(isPlain)];
  const candidates = [...servicesOf(listed)].filter(
    (service) =>
      listed.every((each) => each.mentions(service)) &&
      !unlisted.some((each) => each.listsAll(service)),
  );
  const isIn = (service: string, name: string): boolean =>
    listed.every((each) => each.lists(service, name)) &&
    !unlisted.some((each) => each.lists(service, name));
  /** For services of which the sets list the same, a name that may come; undefined where there is none. */
  const toCome = new Map<string, string | undefined>();
  let future: string | undefined;
  for (const service of candidates) {
    const { actions } = serviceOf(service);
    const only = listed.map((each) => each.onlyNames(service)).find((names) => names !== undefined);
    if (only === undefined) {
      const alike = [...listed, ...unlisted].map((each) => each.partsOf(service)).join("|");
      if (!toCome.has(alike)) {
        const ofAll = (sets: readonly ActionSet[]): Language[] =>
          sets.map((each) => each.namesOf(service));
        toCome.set(alike, wordIn([FUTURE, ...ofAll(listed)], ofAll(unlisted)));
      }
      const name = toCome.get(alike);
      if (name === undefined) {
        // What has no name to come has none today.
        continue;
      }
      future ??= `${service}:${name}`;
    }
    for (const name of only ?? actions.keys()) {
      if (isIn(service, name)) {
        return `${service}:${actions.get(name)?.name ?? name}`;
      }
    }
  }
  return future;
}

function isPlain({ negated }: ActionSet): boolean {
  return !negated;
}

function isNegated({ negated }: ActionSet): boolean {
  return negated;
}

/** The services that may matter: those of the list that spells most out, or all. */
function servicesOf(listed: readonly ActionSet[]): ReadonlySet<string> {
  const plain = listed.filter((each) => !each.hasAnyService);
  const [shortest] = plain.sort((one, other) => one.patterns.length - other.patterns.length);
  return (
    shortest?.services() ??
    (listed.length === 0 ? services() : new Set(listed.flatMap((each) => [...each.services()])))
  );
}
