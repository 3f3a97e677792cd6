import { covers, simplify } from "./wildcard";

/** What an endpoint's name is made of (SageMaker API reference, CreateEndpoint: `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`). */
const FIRST_AND_LAST = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"];
const BETWEEN = [...FIRST_AND_LAST, "-"];

/**
 * Fewer patterns never take in every name: each fixes a character, so that of all names at most one in 62 matches it.
 */
export const FEWEST_PATTERNS = FIRST_AND_LAST.length;
/** Patterns looked at for one set, and fronts of ARNs compared: far more than a policy that AWS stores can use. */
const MOST_STEPS = 100_000;
const MOST_FRONTS = 30;

/** One pattern that takes in the names with a beginning or an end. */
interface NamePattern<Source> {
  /** The ARN up to the name. */
  readonly front: string;
  readonly name: string;
  readonly source: Source;
}

/**
 * The patterns that take in endpoints of every name together: those that begin with `a`, with `b` and so on, or that end so;
 * none where something is left out. Names shorter than the patterns' literals are not asked for.
 *
 * @param items what the patterns belong to
 * @param textOf the resource pattern of an item, one that reaches endpoints of some names
 */
export function coverEveryNameTogether<Source>(
  items: readonly Source[],
  textOf: (item: Source) => string,
): readonly Source[] {
  if (items.length < FEWEST_PATTERNS) {
    return [];
  }
  const shaped = items.map((source) => ({ source, text: simplify(textOf(source)) }));
  const beginnings = shaped.flatMap(({ source, text }) => {
    const [, front, name] = /^(.*\/)([\w?-]*[\w-])\?*\*$/.exec(text) ?? [];
    return front === undefined ? [] : [{ source, front: front.toLowerCase(), name: name! }];
  });
  const ends = shaped.flatMap(({ source, text }) => {
    const [, front, name] = /^(.*\/)\?*\*([\w-][\w?-]*)$/.exec(text) ?? [];
    const reversed = [...(name ?? "")].reverse().join("");
    return front === undefined ? [] : [{ source, front: front.toLowerCase(), name: reversed }];
  });
  return firstCover(beginnings) ?? firstCover(ends) ?? [];
}

/** A front with wildcards counts for each front that it takes in. */
function firstCover<Source>(patterns: readonly NamePattern<Source>[]): Source[] | undefined {
  const fronts = new Map<string, NamePattern<Source>[]>();
  for (const pattern of patterns) {
    const list = fronts.get(pattern.front);
    if (list === undefined) {
      fronts.set(pattern.front, [pattern]);
    } else {
      list.push(pattern);
    }
  }
  const compared = [...fronts].slice(0, MOST_FRONTS);
  for (const [front] of compared) {
    const here = compared
      .filter(([other]) => other === front || covers(other, front))
      .flatMap(([, list]) => list);
    if (
      coverEveryText(
        here.map(({ name }) => name),
        { steps: MOST_STEPS },
      )
    ) {
      return here.map(({ source }) => source);
    }
  }
  return undefined;
}

/**
 * Whether every name begins with one of the given texts, in which `?` is any character. Goes from character to character and
 * gives up once the steps are used up: the answer is then no.
 */
function coverEveryText(texts: readonly string[], budget: { steps: number }, depth = 0): boolean {
  if (texts.some((text) => text.length === depth)) {
    return true;
  }
  budget.steps -= texts.length;
  if (texts.length < FEWEST_PATTERNS || budget.steps < 0) {
    return false;
  }
  const anyCharacter = texts.filter((text) => text[depth] === "?");
  const byCharacter = new Map<string, string[]>();
  for (const text of texts) {
    const character = text[depth]!;
    if (character !== "?") {
      const list = byCharacter.get(character) ?? [...anyCharacter];
      byCharacter.set(character, list);
      list.push(text);
    }
  }
  const alphabet = depth === 0 ? FIRST_AND_LAST : BETWEEN;
  const isRestCovered =
    alphabet.every((character) => byCharacter.has(character)) ||
    coverEveryText(anyCharacter, budget, depth + 1);
  return (
    isRestCovered &&
    alphabet.every((character) => {
      const list = byCharacter.get(character);
      return list === undefined || coverEveryText(list, budget, depth + 1);
    })
  );
}
