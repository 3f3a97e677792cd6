import { spend } from "./effort";
import {
  EVERYTHING,
  frontOf,
  isPlain,
  isRun,
  isWild,
  matches,
  patternOf,
  shortWord,
  takes,
  template,
  type Pattern,
  type Reading,
} from "./patterns";

/** A set of words: those that at least one of its patterns matches. */
export class Language {
  /** What stands in each of the patterns before its first wildcard. */
  readonly fronts: readonly string[];
  /** Of many patterns, those of each front. */
  #byFront: ReadonlyMap<string, readonly Pattern[]> | undefined;
  #lengths: readonly number[] = [];

  /**
   * @param words the patterns without wildcards
   * @param patterns the others
   * @param fold whether case is ignored; the patterns are then in lower case
   */
  constructor(
    readonly words: ReadonlySet<string>,
    readonly patterns: readonly Pattern[],
    readonly fold: boolean,
  ) {
    this.fronts = patterns.map(frontOf);
  }

  /** The pattern with wildcards that matches a word, or all that another pattern does. */
  patternFor(word: Pattern): Pattern | undefined {
    const { patterns, fronts } = this;
    if (patterns.length <= FEW) {
      for (let at = 0; at < patterns.length; at++) {
        const front = fronts[at]!;
        if (word.startsWith(front) && matches(patterns[at]!, word, front.length)) {
          return patterns[at];
        }
      }
      return undefined;
    }
    const byFront = (this.#byFront ??= this.#index());
    for (const length of this.#lengths) {
      const front = word.slice(0, length);
      const candidates = byFront.get(front) ?? [];
      spend(candidates.length >> 3);
      const found = candidates.find((pattern) => matches(pattern, word, front.length));
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #index(): ReadonlyMap<string, readonly Pattern[]> {
    const byFront = new Map<string, Pattern[]>(this.fronts.map((front) => [front, []]));
    this.patterns.forEach((pattern, at) => byFront.get(this.fronts[at]!)!.push(pattern));
    this.#lengths = [...new Set(this.fronts.map(({ length }) => length))];
    return byFront;
  }
}

/** More patterns than these are asked by their fronts. */
const FEW = 8;

/** The words that texts match. */
export function language(texts: readonly string[], reading: Reading): Language {
  return languageOf(
    texts.map((text) => patternOf(text, reading)),
    reading.fold === true,
  );
}

/** The words of a domain, such as the names that a service may give; see `template`. */
export function domain(...templates: readonly string[]): Language {
  return languageOf(templates.map(template), false);
}

function languageOf(all: Iterable<Pattern>, fold: boolean): Language {
  const words = new Set<string>();
  const patterns = new Set<Pattern>();
  for (const pattern of all) {
    (isPlain(pattern) ? words : patterns).add(pattern);
  }
  return patterns.has(EVERYTHING)
    ? new Language(new Set(), [EVERYTHING], fold)
    : new Language(words, [...patterns], fold);
}

/** The words of several languages, which all ignore case or all do not. */
export function union(languages: readonly Language[]): Language {
  return languages.length === 1
    ? languages[0]!
    : languageOf(
        languages.flatMap(({ words, patterns }) => [...words, ...patterns]),
        languages[0]?.fold === true,
      );
}

/** Whether a language has every word there is. */
export function isEverything({ patterns }: Language): boolean {
  return patterns[0] === EVERYTHING;
}

/** Whether a word belongs to a language. */
export function accepts(language: Language, given: string): boolean {
  const word = language.fold ? given.toLowerCase() : given;
  return language.words.has(word) || language.patternFor(word) !== undefined;
}

/**
 * A short word that belongs to all of `ins` and none of `outs`; undefined where there is none. Exact: what does not show at once is
 * searched for breadth first in the product of the automata that the patterns are.
 *
 * @throws TooComplex where that takes too many steps
 */
export function wordIn(ins: readonly Language[], outs: readonly Language[]): string | undefined {
  const isFound = (word: string): boolean =>
    ins.every((each) => accepts(each, word)) && !outs.some((each) => accepts(each, word));
  if (ins.length === 0 && isFound("x")) {
    return "x";
  }
  // Where all ignore case, or none of these words does, the words themselves tell.
  const isExact = ({ fold }: Language): boolean =>
    !fold || [...ins, ...outs].every((each) => each.fold);
  for (const each of ins) {
    const { words, patterns } = each;
    const [pattern] = patterns;
    const short = pattern === undefined ? [] : [shortWord(pattern, ""), shortWord(pattern, "x")];
    const found = [...words, ...short].find(isFound);
    if (found !== undefined || (pattern === undefined && isExact(each))) {
      return found;
    }
  }
  const isGone = (inner: Pattern, fold: boolean): boolean =>
    outs.some((out) => covers(out, inner, fold)) ||
    ins.some((other) => other.fold === fold && isApart(other, frontOf(inner)));
  const isUsedUp = ins.some(
    (each) =>
      each.patterns.every((inner) => isGone(inner, each.fold)) &&
      (isExact(each) || [...each.words].every((word) => isGone(word, each.fold))),
  );
  return isUsedUp ? undefined : search(ins, outs);
}

/** Whether a language takes in all that a pattern matches, as far as that shows at once. */
function covers(outer: Language, inner: Pattern, innerFold: boolean): boolean {
  return (!innerFold || outer.fold) && accepts(outer, inner);
}

/** Whether every word of a language begins otherwise than with a text. */
function isApart({ words, fronts }: Language, text: string): boolean {
  spend(words.size + fronts.length);
  return (
    fronts.every((front) => !front.startsWith(text) && !text.startsWith(front)) &&
    [...words].every((word) => !word.startsWith(text))
  );
}

/** A language as an automaton: its patterns one after another, of which a state is a set of places. */
interface Automaton {
  readonly text: Pattern;
  readonly starts: readonly number[];
  readonly fold: boolean;
}
type State = readonly number[];

/** Ends a pattern within an automaton. */
const ENDING = "\uE003";
const ENDING_CODE = 0xe003;

function automatonOf({ words, patterns, fold }: Language, from: number): Automaton {
  const starts: number[] = [];
  let text = "";
  for (const pattern of [...words, ...patterns]) {
    starts.push(text.length);
    text += pattern.slice(from) + ENDING;
  }
  return { text, starts, fold };
}

/** What all words of languages begin with. */
function commonFront(languages: readonly Language[]): string {
  const [first = "", ...others] = languages.flatMap(({ words, fronts }) => [...words, ...fronts]);
  let common = first;
  for (const other of others) {
    while (!other.startsWith(common)) {
      common = common.slice(0, -1);
    }
  }
  return common;
}

interface Node {
  readonly states: readonly State[];
  readonly parent: Node | undefined;
  readonly character: number;
}

function search(ins: readonly Language[], outs: readonly Language[]): string | undefined {
  const languages = [...ins, ...outs];
  const front = languages.some(({ fold }) => fold) ? "" : commonFront(languages);
  const all = languages.map((each) => automatonOf(each, front.length));
  const isAccepted = ({ states }: Node): boolean =>
    states.every((state, index) => isAccepting(all[index]!, state) === index < ins.length);
  const startOf = (automaton: Automaton): State =>
    automaton.starts.reduce<number[]>((state, at) => addClosed(state, automaton.text, at), []);
  let level: Node[] = [{ states: all.map(startOf), parent: undefined, character: 0 }];
  const seen = new Set<string>();
  while (level.length > 0) {
    const next: Node[] = [];
    for (const node of level) {
      if (isAccepted(node)) {
        return front + spell(node);
      }
      for (const character of alphabet(all, node.states)) {
        const states = all.map((each, index) => step(each, node.states[index]!, character));
        const isDead = states.some((state, index) =>
          index < ins.length ? state.length === 0 : isEndless(all[index]!, state),
        );
        const key = states.join("|");
        spend(states.reduce((sum, state) => sum + state.length, 1));
        if (!isDead && !seen.has(key)) {
          seen.add(key);
          next.push({ states, parent: node, character });
        }
      }
    }
    level = next;
  }
  return undefined;
}

function spell(last: Node): string {
  let word = "";
  for (let node: Node | undefined = last; node?.parent !== undefined; node = node.parent) {
    word = String.fromCharCode(node.character) + word;
  }
  return word;
}

/** Adds a place, in ascending order; a run may also stand for nothing, so what follows it is reached as well. */
function addClosed(state: number[], text: Pattern, from: number): number[] {
  for (let at = from; ; at++) {
    if (state.length === 0 || state[state.length - 1]! < at) {
      state.push(at);
    }
    if (!isRun(text.charCodeAt(at))) {
      return state;
    }
  }
}

function step({ text, fold }: Automaton, state: State, character: number): State {
  const code = fold ? String.fromCharCode(character).toLowerCase().charCodeAt(0) : character;
  const next: number[] = [];
  for (const at of state) {
    const token = text.charCodeAt(at);
    if (isWild(token) ? takes(token, code) : token === code) {
      addClosed(next, text, isRun(token) ? at : at + 1);
    }
  }
  return next;
}

function isAccepting({ text }: Automaton, state: State): boolean {
  return state.some((at) => text.charCodeAt(at) === ENDING_CODE);
}

/** Whether every continuation is accepted: a run of anything at the end of a pattern has been reached. */
function isEndless({ text }: Automaton, state: State): boolean {
  return state.some((at) => text[at] === EVERYTHING && text.charCodeAt(at + 1) === ENDING_CODE);
}

const FRESH = "xqzjkvwyupbgfdhmlcntirsoaeXQZJKVWYUPBGFDHMLCNTIRSOAE0123456789";

/**
 * The characters that lead to different places: those that are spelt out next, in each case that matters, a fresh one that stands
 * for all other letters and digits, and what the classes tell apart.
 */
function alphabet(all: readonly Automaton[], states: readonly State[]): Set<number> {
  const characters = new Set<number>();
  const isCased = all.some(({ fold }) => !fold);
  let isOpen = false;
  all.forEach(({ text, fold }, index) => {
    for (const at of states[index]!) {
      const token = text.charCodeAt(at);
      if (isWild(token)) {
        isOpen = true;
      } else if (token !== ENDING_CODE) {
        characters.add(token);
        if (fold && isCased) {
          characters.add(String.fromCharCode(token).toUpperCase().charCodeAt(0));
        }
      }
    }
  });
  if (isOpen) {
    const isFresh = (each: string): boolean => !characters.has(each.charCodeAt(0));
    const fresh =
      [...FRESH].find((each) => isFresh(each.toLowerCase()) && isFresh(each.toUpperCase())) ??
      [...FRESH].find(isFresh);
    for (const other of [fresh, "-", "/", ":", "."]) {
      if (other !== undefined) {
        characters.add(other.charCodeAt(0));
      }
    }
  }
  return characters;
}
