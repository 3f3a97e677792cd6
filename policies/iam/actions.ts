import { spend } from "./effort";
import { EVERYTHING, glob, hasWildcard, matches, type Pattern } from "./patterns";
import { serviceOf, services } from "./services";
import { accepts, domain, isEverything, language, union, wordIn, type Language } from "./words";

/** Names that a service may give to actions to come, in any case. */
const FUTURE: Language = { ...domain("[a+]"), fold: true };

/** The set of actions that an Action or NotAction element denotes; services and names are compared in lower case. */
export class ActionSet {
  /** What the patterns list of each service that they spell out. */
  readonly #byService = new Map<string, Language>();
  /** And of services with a wildcard. */
  readonly #byPattern: { readonly services: Pattern; readonly names: Language }[] = [];

  /** @param negated whether the element is NotAction: everything but the patterns */
  constructor(
    readonly patterns: readonly string[],
    readonly negated = false,
  ) {
    const listed = new Map<string, string[]>();
    for (const pattern of patterns) {
      const { service, action } = splitAction(pattern.toLowerCase());
      const names = listed.get(service);
      if (names === undefined) {
        listed.set(service, [action]);
      } else {
        names.push(action);
      }
    }
    for (const [service, written] of listed) {
      const names = language(written, { wildcards: true, fold: true });
      if (hasWildcard(service)) {
        this.#byPattern.push({ services: glob(service), names });
      } else {
        this.#byService.set(service, names);
      }
    }
  }

  /** What the patterns list of a service: in doubt, in several parts. */
  of(service: string): Language[] {
    const own = this.#byService.get(service);
    const found = own === undefined ? [] : [own];
    spend(2 * this.#byPattern.length);
    for (const { services: pattern, names } of this.#byPattern) {
      if (matches(pattern, service)) {
        found.push(names);
      }
    }
    return found;
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

  /** The services of which the patterns may list actions: those that they spell out, and AWS's that a wildcard takes in. */
  services(isWanted: (names: Language) => boolean = () => true): Set<string> {
    const found = new Set<string>();
    for (const [service, names] of this.#byService) {
      if (isWanted(names)) {
        found.add(service);
      }
    }
    for (const { services: pattern, names } of this.#byPattern) {
      spend(services().size);
      for (const service of isWanted(names) ? services() : []) {
        if (matches(pattern, service)) {
          found.add(service);
        }
      }
    }
    return found;
  }

  /** The services of which the set has more actions than its patterns spell out. */
  openServices(): Iterable<string> {
    return this.negated
      ? [...services()].filter((service) => !this.listsAll(service))
      : this.services(({ patterns }) => patterns.length > 0);
  }

  /** The services of which the set has every action, those to come among them. */
  wholeServices(): ReadonlySet<string> {
    return this.negated
      ? new Set([...services()].filter((service) => !this.mentions(service)))
      : this.services(isEverything);
  }

  /** Whether a pattern leaves the service open. */
  get hasAnyService(): boolean {
    return this.#byPattern.length > 0;
  }

  /** The names that the patterns spell out of a service; undefined where a wildcard may list more. */
  onlyNames(service: string): readonly string[] | undefined {
    const parts = this.of(service);
    return parts.some(({ patterns }) => patterns.length > 0)
      ? undefined
      : parts.flatMap(({ words }) => [...words]);
  }
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
  return (
    names.length >= FEWEST_ACTIONS &&
    // Mostly the first name or the last one tells at once.
    [names[0]!, names[names.length - 1]!].every((name) =>
      sets.some((each) => each.has(service, name)),
    ) &&
    !marked(sets, service).includes(0)
  );
}

/** Whether a set takes in an action of a service. */
export function takesSome(set: ActionSet, service: string): boolean {
  return set.listsAll(service) || !set.mentions(service)
    ? set.listsAll(service) !== set.negated
    : marked([set], service).includes(1);
}

/**
 * Which actions of a service sets take in together: two places for each of its names in order, today's action and one to come whose
 * name begins with it.
 */
function marked(sets: readonly ActionSet[], service: string): Uint8Array {
  const { names } = serviceOf(service);
  const taken = new Uint8Array(2 * names.length);
  for (const set of sets) {
    const listed = set.negated ? new Uint8Array(2 * names.length) : taken;
    for (const names of set.of(service)) {
      mark(names, service, listed);
    }
    if (set.negated) {
      listed.forEach((each, at) => (taken[at]! |= 1 - each));
    }
  }
  return taken;
}

function mark({ words, patterns, fronts }: Language, service: string, listed: Uint8Array): void {
  const { names } = serviceOf(service);
  for (const word of words) {
    const at = placeOf(word, names);
    listed[2 * at]! |= Number(names[at] === word);
  }
  patterns.forEach((pattern, index) => {
    const front = fronts[index]!;
    const isFront = pattern.length === front.length + 1 && pattern.endsWith(EVERYTHING);
    for (let at = placeOf(front, names); names[at]?.startsWith(front) === true; at++) {
      spend(isFront ? 0 : 1);
      listed[2 * at]! |= Number(isFront || matches(pattern, names[at]!));
      listed[2 * at + 1]! |= Number(isFront || matches(pattern, names[at]! + TOMORROW));
    }
  });
}

/** Where the names begin that are not before a text. */
function placeOf(text: string, names: readonly string[]): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    [low, high] = names[middle]! < text ? [middle + 1, high] : [low, middle];
  }
  return low;
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

function isPlain({ negated }: ActionSet): boolean {
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
