import { spend } from "./effort";
import { EVERYTHING, glob, hasWildcard, isPlain, matches, type Pattern } from "./patterns";
import { serviceOf, services } from "./services";
import { accepts, domain, isEverything, language, Language, union, wordIn } from "./words";

/** Names that a service may give to actions to come, in any case. */
const FUTURE = new Language(new Set(), domain("[a+]").patterns, true);

/** The set of actions that an Action or NotAction element denotes; services and names are compared in lower case. */
export class ActionSet {
  /** What the patterns list of every service. */
  readonly #anywhere: readonly Language[];
  /** The same with what they list of each service that they spell out. */
  readonly #byService = new Map<string, readonly Language[]>();
  /** And what they list of services with another wildcard. */
  readonly #byPattern: { readonly services: Pattern; readonly names: Language }[] = [];

  /** @param negated whether the element is NotAction: everything but the patterns */
  constructor(
    readonly patterns: readonly string[],
    readonly negated = false,
  ) {
    const listed = new Map<Pattern, string[]>();
    for (const pattern of patterns) {
      const { service, action } = splitAction(pattern.toLowerCase());
      const services = glob(service);
      const names = listed.get(services);
      if (names === undefined) {
        listed.set(services, [action]);
      } else {
        names.push(action);
      }
    }
    const everywhere = listed.get(EVERYTHING);
    listed.delete(EVERYTHING);
    const languageOf = (names: readonly string[]): Language =>
      language(names, { wildcards: true, fold: true });
    this.#anywhere = everywhere === undefined ? [] : [languageOf(everywhere)];
    for (const [service, written] of listed) {
      const names = languageOf(written);
      if (isPlain(service)) {
        this.#byService.set(service, [names, ...this.#anywhere]);
      } else {
        this.#byPattern.push({ services: service, names });
      }
    }
  }

  /** What the patterns list of a service: in doubt, in several parts. */
  of(service: string): readonly Language[] {
    const known = this.#byService.get(service) ?? this.#anywhere;
    if (this.#byPattern.length === 0) {
      return known;
    }
    spend(this.#byPattern.length);
    const more = this.#byPattern.filter((each) => matches(each.services, service));
    return [...known, ...more.map(({ names }) => names)];
  }

  /** Whether an action belongs to the set; both parts in lower case. */
  has(service: string, name: string): boolean {
    return isListed(this.of(service), name) !== this.negated;
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
    return this.#byService.keys();
  }

  /** Whether a pattern leaves the service open. */
  get hasAnyService(): boolean {
    return this.#anywhere.length > 0 || this.#byPattern.length > 0;
  }

  /** Whether the set has all or nothing of the services that its patterns do not spell out. */
  get isPlainOnOthers(): boolean {
    return this.#byPattern.length === 0 && this.#anywhere.every(isEverything);
  }

  /** The services of which the patterns may list actions: those that they spell out, and AWS's that a wildcard takes in. */
  services(): Iterable<string> {
    return this.hasAnyService
      ? new Set([...this.named, ...[...services()].filter((each) => this.mentions(each))])
      : this.named;
  }

  /** The names that the patterns spell out of a service; undefined where a wildcard may list more. */
  onlyNames(service: string): readonly string[] | undefined {
    const parts = this.of(service);
    return areWild(parts) ? undefined : parts.flatMap(({ words }) => [...words]);
  }

  /** Whether the set may have more actions of some service than its patterns spell out. */
  get isOpen(): boolean {
    return this.negated || this.hasAnyService || [...this.#byService.values()].some(areWild);
  }

  /** Whether the set has more actions of a service than its patterns spell out. */
  isOpenOf(service: string): boolean {
    return this.negated ? !this.listsAll(service) : areWild(this.of(service));
  }
}

function areWild(parts: readonly Language[]): boolean {
  return parts.some(({ patterns }) => patterns.length > 0);
}

/** Takes a pattern apart. Without a colon, a star at the end stands for every action; anything else is not an action. */
export function splitAction(pattern: string): {
  readonly service: string;
  readonly action: string;
} {
  const colon = pattern.indexOf(":");
  if (colon < 0) {
    return { service: pattern, action: pattern.endsWith("*") ? "*" : "" };
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
  const listed = sets.filter(isPositive).flatMap((each) => each.of(service));
  for (let at = 0; at < names.length;) {
    const name = names[at]!;
    const front = frontFor(name, listed);
    if (front !== undefined) {
      at = placeAfter(front, names, at);
    } else if (has(name) && has(name + TOMORROW)) {
      at++;
    } else {
      return false;
    }
  }
  return true;
}

/** What a word begins with so that all that begins so belongs to one of some languages. */
function frontFor(word: string, languages: readonly Language[]): string | undefined {
  for (const each of languages) {
    const pattern = each.patternFor(word);
    const front = pattern?.endsWith(EVERYTHING) === true ? pattern.slice(0, -1) : undefined;
    if (front !== undefined && isPlain(front)) {
      return front;
    }
  }
  return undefined;
}

/** Where the names end that begin with a text, as the one at a place does. */
function placeAfter(text: string, names: readonly string[], at: number): number {
  let [low, high] = [at + 1, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    [low, high] = names[middle]!.startsWith(text) ? [middle + 1, high] : [low, middle];
  }
  return low;
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
  const listed = [...ins.filter(isPositive), ...outs.filter(isNegated)];
  const unlisted = [...ins.filter(isNegated), ...outs.filter(isPositive)];
  const [written] = listed[0]?.patterns.filter((each) => !hasWildcard(each)) ?? [];
  if (written !== undefined) {
    // Mostly the first action that is spelled out is one.
    const { service, action } = splitAction(written.toLowerCase());
    if (
      ins.every((each) => each.has(service, action)) &&
      !outs.some((each) => each.has(service, action))
    ) {
      return spelled(service, action);
    }
  }
  /** For what the sets list of a service, a name that may come; undefined where there is none. */
  const toCome: { readonly parts: readonly Language[]; readonly name: string | undefined }[] = [];
  let future: string | undefined;
  for (const service of servicesOf(listed)) {
    const listing = listed.map((each) => each.of(service));
    const others = unlisted.map((each) => each.of(service));
    if (
      listing.some(({ length }) => length === 0) ||
      others.some((each) => each.some(isEverything))
    ) {
      continue;
    }
    const { actions } = serviceOf(service);
    let names = listing
      .find((each) => each.every(({ patterns }) => patterns.length === 0))
      ?.flatMap(({ words }) => [...words]);
    if (names === undefined) {
      const parts = [...listing, ...others].flat();
      let alike = toCome.find(
        (each) =>
          each.parts.length === parts.length && each.parts.every((part, at) => part === parts[at]),
      );
      if (alike === undefined) {
        alike = { parts, name: wordIn([FUTURE, ...listing.map(union)], others.map(union)) };
        toCome.push(alike);
      }
      if (alike.name === undefined) {
        // What has no name to come has none today.
        continue;
      }
      future ??= `${service}:${alike.name}`;
      names = [...actions.keys()];
    }
    const isIn = (name: string): boolean =>
      listing.every((each) => isListed(each, name)) && !others.some((each) => isListed(each, name));
    const found = names.find(isIn);
    if (found !== undefined) {
      return spelled(service, found);
    }
  }
  return future;
}

/** An action as AWS spells it, or as it is written. */
function spelled(service: string, name: string): string {
  return `${service}:${serviceOf(service).actions.get(name)?.name ?? name}`;
}

function isPositive({ negated }: ActionSet): boolean {
  return !negated;
}

function isNegated({ negated }: ActionSet): boolean {
  return negated;
}

function isListed(parts: readonly Language[], name: string): boolean {
  return parts.some((each) => accepts(each, name));
}

/** The services that may matter: those of the list that spells most out, or all. */
function servicesOf(listed: readonly ActionSet[]): Iterable<string> {
  const plain = listed.filter((each) => !each.hasAnyService);
  const [shortest] = plain.sort((one, other) => one.patterns.length - other.patterns.length);
  return (
    shortest?.services() ??
    (listed.length === 0 ? services() : new Set(listed.flatMap((each) => [...each.services()])))
  );
}
