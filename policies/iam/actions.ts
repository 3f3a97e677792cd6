import { spend } from "./effort";
import { serviceOf, services } from "./services";
import { hasWildcard, matches, simplify } from "./wildcard";
import { domain, language, wordIn, type Language } from "./words";

/** What a list of action patterns takes in of one service. */
interface OfService {
  /** Whether it is every action, those that AWS adds later among them. */
  all: boolean;
  readonly names: Set<string>;
  /** Patterns with wildcards, by their first character; those that start with a wildcard under "". */
  readonly globs: Map<string, string[]>;
}

/** A pattern whose service has a wildcard. */
interface AnyService {
  readonly service: string;
  readonly action: string;
}

/** Names that a service may give to actions to come. */
const FUTURE = domain("[a+]");

/** The set of actions that an Action or NotAction element denotes; names are compared in lower case. */
export class ActionSet {
  readonly #byService = new Map<string, OfService>();
  readonly #anyService: AnyService[] = [];
  /** With a part of `#anyService`, worked out when it is first asked for. */
  readonly #merged = new Map<string, OfService>();
  #isEverything = false;

  /** @param negated whether the element is NotAction: everything but the patterns */
  constructor(
    readonly patterns: readonly string[],
    readonly negated: boolean,
  ) {
    for (const pattern of patterns) {
      this.#add(pattern.toLowerCase());
    }
  }

  #add(pattern: string): void {
    const { service, action } = splitAction(pattern);
    if (service === "*" && action === "*") {
      this.#isEverything = true;
    } else if (hasWildcard(service)) {
      this.#anyService.push({ service, action });
    } else {
      const of = this.#byService.get(service) ?? { all: false, names: new Set(), globs: new Map() };
      this.#byService.set(service, of);
      addTo(of, action);
    }
  }

  /** What the patterns list of a service, those with a wildcard in the service among them. */
  #of(service: string): OfService | undefined {
    if (this.#isEverything) {
      return EVERYTHING;
    }
    if (this.#anyService.length === 0) {
      return this.#byService.get(service);
    }
    let of = this.#merged.get(service);
    if (of === undefined) {
      spend(this.#anyService.length);
      const own = this.#byService.get(service);
      of = { all: own?.all === true, names: new Set(own?.names), globs: copyOf(own?.globs) };
      for (const each of this.#anyService) {
        if (matches(each.service, service)) {
          addTo(of, each.action);
        }
      }
      this.#merged.set(service, of);
    }
    return of;
  }

  /** Whether an action belongs to the set; both parts in lower case. */
  has(service: string, action: string): boolean {
    return this.lists(service, action) !== this.negated;
  }

  /** Whether a pattern, negated or not, matches an action. */
  lists(service: string, action: string): boolean {
    const of = this.#of(service);
    if (of === undefined) {
      return false;
    }
    if (of.all || of.names.has(action)) {
      return true;
    }
    const isMatching = (globs: readonly string[] | undefined): boolean => {
      spend(1 + 5 * (globs?.length ?? 0));
      return globs?.some((glob) => matches(glob, action)) === true;
    };
    return isMatching(of.globs.get("")) || isMatching(of.globs.get(action[0] ?? ""));
  }

  /** Whether the patterns list every action of a service, those to come among them. */
  listsAll(service: string): boolean {
    return this.#of(service)?.all === true;
  }

  /** Whether a pattern may list an action of a service. */
  mentions(service: string): boolean {
    const of = this.#of(service);
    return of !== undefined && (of.all || of.names.size + of.globs.size > 0);
  }

  /** Whether a pattern leaves the service open. */
  get hasAnyService(): boolean {
    return this.#isEverything || this.#anyService.length > 0;
  }

  /** The services of which the patterns may list actions: those that they spell out, and AWS's that a wildcard takes in. */
  services(): Set<string> {
    const found = new Set(this.#byService.keys());
    if (this.#isEverything) {
      return new Set([...found, ...services()]);
    }
    if (this.#anyService.length > 0) {
      for (const service of services()) {
        if (this.mentions(service)) {
          found.add(service);
        }
      }
    }
    return found;
  }

  /** The names that the patterns spell out of a service; undefined where a wildcard may list more. */
  onlyNames(service: string): ReadonlySet<string> | undefined {
    const of = this.#of(service);
    return of === undefined ? NO_NAMES : of.all || of.globs.size > 0 ? undefined : of.names;
  }

  /** What the patterns list of a service, as a language of names. */
  namesOf(service: string): Language {
    const of = this.#of(service);
    const texts = [...(of?.names ?? []), ...[...(of?.globs.values() ?? [])].flat()];
    return language(of?.all === true ? ["*"] : texts, { wildcards: true });
  }
}

function copyOf(globs: OfService["globs"] = new Map()): OfService["globs"] {
  return new Map([...globs].map(([first, alike]) => [first, [...alike]]));
}

/** Adds a pattern of actions, in lower case. */
function addTo(of: OfService, action: string): void {
  if (action === "*" || action === "?*") {
    of.all = true;
  } else if (hasWildcard(action)) {
    const first = /^[*?]/.test(action) ? "" : action[0]!;
    const alike = of.globs.get(first) ?? [];
    of.globs.set(first, alike);
    alike.push(action);
  } else {
    of.names.add(action);
  }
}

const EVERYTHING: OfService = { all: true, names: new Set(), globs: new Map() };
const NO_NAMES: ReadonlySet<string> = new Set();

/** Takes a pattern apart. Without a colon, a star at the end stands for every action; anything else is no action at all. */
export function splitAction(pattern: string): AnyService {
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
  for (const service of candidates) {
    const { actions } = serviceOf(service);
    const names = listed.map((each) => each.onlyNames(service)).find((only) => only !== undefined);
    for (const name of names ?? actions.keys()) {
      if (isIn(service, name)) {
        return `${service}:${actions.get(name)?.name ?? name}`;
      }
    }
  }
  for (const service of candidates) {
    if (listed.every((each) => each.onlyNames(service) === undefined)) {
      const name = wordIn(
        [FUTURE, ...listed.map((each) => each.namesOf(service))],
        unlisted.map((each) => each.namesOf(service)),
      );
      if (name !== undefined) {
        return `${service}:${name}`;
      }
    }
  }
  return undefined;
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
