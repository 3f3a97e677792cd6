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
export interface Language {
  /** The patterns without wildcards. */
  readonly words: ReadonlySet<string>;
  /** The others. */
  readonly patterns: readonly Pattern[];
  /** What each of those begins with: it tells most words apart, and quickly. */
  readonly fronts: readonly string[];
  /** Whether case is ignored; the patterns are then in lower case. */
  readonly fold: boolean;
}

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
  const open = patterns.has(EVERYTHING) ? [EVERYTHING] : [...patterns];
  return {
    words: open[0] === EVERYTHING ? new Set() : words,
    patterns: open,
    fronts: open.map(frontOf),
    fold,
  };
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
  const { words, patterns, fronts } = language;
  return (
    words.has(word) ||
    patterns.some((each, at) => word.startsWith(fronts[at]!) && matches(each, word))
  );
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
  const isCovered = ({ words, patterns, fold }: Language): boolean =>
    [...words, ...patterns].every((inner) =>
      outs.some((out) => (!fold || out.fold) && accepts(out, inner)),
    );
  return ins.some(isCovered) ? undefined : search(ins, outs);
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

function search(ins: readonly Language[], outs: readonly Language[]): string | undefined {
  const languages = [...ins, ...outs];
  // Long lists of ARNs share a long beginning: step by step, each place of it would cost as much as the list is long.
  const front = languages.some(({ fold }) => fold) ? "" : commonFront(languages);
  const all = languages.map((each) => automatonOf(each, front.length));
  const startOf = ({ starts, text }: Automaton): State =>
    starts.reduce<number[]>((state, at) => addClosed(state, text, at), []);
  let level = [{ word: "", states: all.map(startOf) }];
  const seen = new Set<string>();
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { word, states } of level) {
      if (states.every((state, index) => isAccepting(all[index]!, state) === index < ins.length)) {
        return front + word;
      }
      for (const character of alphabet(all, states)) {
        const moved = all.map((each, index) => step(each, states[index]!, character));
        const isDead = moved.some((state, index) =>
          index < ins.length ? state.length === 0 : isEndless(all[index]!, state),
        );
        const key = moved.join("|");
        spend(moved.reduce((sum, state) => sum + state.length, 1));
        if (!isDead && !seen.has(key)) {
          seen.add(key);
          next.push({ word: word + String.fromCharCode(character), states: moved });
        }
      }
    }
    level = next;
  }
  return undefined;
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

const FRESH = [..."xqzjkvwyupbgfdhmlcntirsoaeXQZJKVWYUPBGFDHMLCNTIRSOAE0123456789"];

/**
 * The characters that lead to different places: those that are spelt out next, in each case that matters, a fresh one that stands
 * for all other letters and digits, and what the classes tell apart.
 */
function alphabet(all: readonly Automaton[], states: readonly State[]): Set<number> {
  const characters = new Set<number>();
  const wild = new Set<number>();
  const isCased = all.some(({ fold }) => !fold);
  all.forEach(({ text, fold }, index) => {
    for (const at of states[index]!) {
      const token = text.charCodeAt(at);
      if (isWild(token)) {
        wild.add(token);
      } else if (token !== ENDING_CODE) {
        characters.add(token);
        if (fold && isCased) {
          characters.add(String.fromCharCode(token).toUpperCase().charCodeAt(0));
        }
      }
    }
  });
  if (wild.size > 0) {
    const isFresh = (each: string): boolean => !characters.has(each.charCodeAt(0));
    const fresh =
      FRESH.find((each) => isFresh(each.toLowerCase()) && isFresh(each.toUpperCase())) ??
      [...FRESH, "-", "é"].find(isFresh)!;
    characters.add(fresh.charCodeAt(0));
    for (const other of [45, 47, 58, 46]) {
      if ([...wild].some((each) => !takes(each, other))) {
        characters.add(other);
      }
    }
  }
  return characters;
}
