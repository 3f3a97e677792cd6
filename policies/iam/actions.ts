import { spend } from "./effort";
import { EVERYTHING, glob, isPlain, matches, type Pattern } from "./patterns";
import { serviceOf, services } from "./services";
import { accepts, domain, isEverything, language, union, wordIn, type Language } from "./words";

/** Names that a service may give to actions to come, in any case. */
const FUTURE: Language = { ...domain("[a+]"), fold: true };

/** The set of actions that an Action or NotAction element denotes; services and names are compared in lower case. */
export class ActionSet {
  /** What the patterns list of each service that they spell out. */
  readonly #named = new Map<string, Language>();
  /** And what they list of services with a wildcard. */
  readonly #open: (readonly [services: Pattern, names: Language])[] = [];

  /** @param negated whether the element is NotAction: everything but the patterns */
  constructor(
    readonly patterns: readonly string[],
    readonly negated = false,
  ) {
    const listed = new Map<Pattern, string[]>();
    for (const pattern of patterns) {
      const { service, action } = splitAction(pattern.toLowerCase());
      const services = glob(service);
      const names = listed.get(services) ?? [];
      listed.set(services, names);
      names.push(action);
    }
    for (const [service, written] of listed) {
      const names = language(written, { wildcards: true, fold: true });
      if (isPlain(service)) {
        this.#named.set(service, names);
      } else {
        this.#open.push([service, names]);
      }
    }
  }

  /** What the patterns list of a service: in doubt, in several parts. */
  of(service: string): readonly Language[] {
    spend(this.#open.length);
    const named = this.#named.get(service);
    const parts = named === undefined ? [] : [named];
    for (const [services, names] of this.#open) {
      if (matches(services, service)) {
        parts.push(names);
      }
    }
    return parts;
  }

  /** Whether an action belongs to the set; both parts in lower case. */
  has(service: string, name: string): boolean {
    return this.of(service).some((each) => accepts(each, name)) !== this.negated;
  }

  /** Whether the patterns list every action of a service, those to come among them. */
  listsAll(service: string): boolean {
    return this.of(service).some(isEverything);
  }

  /** Whether a pattern may list an action of a service. */
  mentions(service: string): boolean {
    return this.of(service).length > 0;
  }

  /** The services that the patterns spell out. */
  get named(): Iterable<string> {
    return this.#named.keys();
  }

  /** Whether a pattern leaves the service open. */
  get hasAnyService(): boolean {
    return this.#open.length > 0;
  }

  /** Whether the set has all or nothing of the services that its patterns do not spell out. */
  get isPlainOnOthers(): boolean {
    return this.#open.every(([services, names]) => services === EVERYTHING && isEverything(names));
  }

  /** The names that the patterns spell out of a service; undefined where a wildcard may list more. */
  onlyNames(service: string): readonly string[] | undefined {
    const parts = this.of(service);
    return parts.some(isWild) ? undefined : parts.flatMap(({ words }) => [...words]);
  }

  /** Whether the set may have more actions of some service than its patterns spell out. */
  get isOpen(): boolean {
    return this.negated || this.hasAnyService || [...this.#named.values()].some(isWild);
  }

  /** The actions of a set that its patterns spell out one by one; none of any other set. */
  get spelledOut(): readonly string[] {
    return this.isOpen
      ? []
      : [...this.#named].flatMap(([service, { words }]) =>
          [...words].map((name) => `${service}:${name}`),
        );
  }

  /** Whether the set has more actions of a service than its patterns spell out. */
  isOpenOf(service: string): boolean {
    return this.negated ? !this.listsAll(service) : this.onlyNames(service) === undefined;
  }
}

function isWild({ patterns }: Language): boolean {
  return patterns.length > 0;
}

function isPositive({ negated }: ActionSet): boolean {
  return !negated;
}

function isNegated({ negated }: ActionSet): boolean {
  return negated;
}

/** Takes a pattern apart. Without a colon, which AWS rejects but for a star, it counts as all of a service. */
export function splitAction(pattern: string): {
  readonly service: string;
  readonly action: string;
} {
  const colon = pattern.indexOf(":");
  if (colon < 0) {
    return { service: pattern, action: "*" };
  }
  const action = pattern.slice(colon + 1);
  // A name has at least one character.
  return {
    service: pattern.slice(0, colon),
    action: /^\?\*+$|^\*+\??\**$/.test(action) ? "*" : action,
  };
}

/** What stands for the rest of the name of an action to come. */
const TOMORROW = "zq";
/** Services of fewer actions are covered by chance: two wildcards may be all there is of them. */
const FEWEST_ACTIONS = 10;

/** Whether sets of actions take in every action of a service together, those to come among them. */
export function takeAll(sets: readonly ActionSet[], service: string): boolean {
  if (sets.some((each) => (each.negated ? !each.mentions(service) : each.listsAll(service)))) {
    return true;
  }
  const { names } = serviceOf(service);
  const has = (name: string): boolean => sets.some((each) => each.has(service, name));
  // Mostly the last name tells at once.
  if (names.length < FEWEST_ACTIONS || !has(names[names.length - 1]!)) {
    return false;
  }
  const fronts = sets
    .filter(isPositive)
    .flatMap((each) => each.of(service).flatMap(({ patterns }) => patterns))
    .filter((each) => each.endsWith(EVERYTHING));
  let front: Pattern | undefined;
  return names.every((name) => {
    if (front === undefined || !matches(front, name)) {
      // What takes in one name mostly takes in the next as well.
      front = fronts.find((each) => matches(each, name));
    }
    return front !== undefined || (has(name) && has(name + TOMORROW));
  });
}

/** Whether a set takes in an action of a service. */
export function takesSome(set: ActionSet, service: string): boolean {
  const { actions, names } = serviceOf(service);
  const only = set.negated ? undefined : set.onlyNames(service);
  return (
    only?.some((name) => actions.has(name)) ??
    (set.listsAll(service) || !set.mentions(service)
      ? set.listsAll(service) !== set.negated
      : names.some((name) => set.has(service, name) || set.has(service, name + TOMORROW)))
  );
}

/**
 * An action that belongs to all of `ins` and none of `outs`, as AWS spells it; undefined where there is none. One that a service
 * has today is preferred; exact also for names to come.
 */
export function actionIn(
  ins: readonly ActionSet[],
  outs: readonly ActionSet[],
): string | undefined {
  const listing = [...ins.filter(isPositive), ...outs.filter(isNegated)];
  const others = [...ins.filter(isNegated), ...outs.filter(isPositive)];
  const within = listing.find((each) => !each.hasAnyService)?.named;
  const all = within ?? new Set([...services(), ...listing.flatMap((each) => [...each.named])]);
  let toCome: string | undefined;
  for (const service of all) {
    if (!listing.every((each) => each.mentions(service))) {
      continue;
    }
    const must = listing.map((each) => union(each.of(service)));
    const mustNot = others.map((each) => union(each.of(service)));
    if (mustNot.some(isEverything)) {
      continue;
    }
    const { actions } = serviceOf(service);
    const spelledOut = must.find((each) => !isWild(each))?.words;
    const found = [...(spelledOut ?? actions.keys())].find(
      (name) =>
        must.every((each) => accepts(each, name)) && !mustNot.some((each) => accepts(each, name)),
    );
    if (found !== undefined) {
      return `${service}:${actions.get(found)?.name ?? found}`;
    }
    if (spelledOut === undefined && toCome === undefined) {
      const name = wordIn([FUTURE, ...must], mustNot);
      toCome = name && `${service}:${name}`;
    }
  }
  return toCome;
}
