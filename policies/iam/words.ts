import { spend } from "./effort";
import { isIn, ONE_ANY, RUN, RUN_ANY, type Language, type Pattern } from "./language";

/** Whether a word, or all that a pattern's tokens stand for, is matched by a pattern. Never true where it should not be. */
function matches(pattern: Pattern, word: Pattern, from = 0): boolean {
  let at = from;
  let inWord = from;
  let run = -1;
  let resume = 0;
  spend(1);
  while (inWord < word.length) {
    const token = pattern[at];
    const code = word[inWord]!;
    if (token !== undefined && token < -RUN) {
      run = at++;
      resume = inWord;
    } else if (token !== undefined && takes(token, code)) {
      at++;
      inWord++;
    } else if (run >= 0 && takes(pattern[run]! + RUN, word[resume]!, pattern[run] === RUN_ANY)) {
      at = run + 1;
      inWord = ++resume;
      spend(1);
    } else {
      return false;
    }
  }
  while (at < pattern.length && pattern[at]! < -RUN) {
    at++;
  }
  return at === pattern.length;
}

/** Whether one token takes in a character, or a token of another pattern. */
function takes(token: number, code: number, isRun = false): boolean {
  if (token >= 0) {
    return token === code;
  }
  if (code >= 0) {
    return isIn(-token, code);
  }
  // Of a pattern within a pattern, a run is taken in only by a run of anything, one character by anything that is as wide.
  return isRun || (token === ONE_ANY && code > -RUN);
}

function codesOf(text: string): number[] {
  const codes = new Array<number>(text.length);
  for (let at = 0; at < text.length; at++) {
    codes[at] = text.charCodeAt(at);
  }
  return codes;
}

/** Whether a word belongs to a language. */
export function accepts(of: Language, given: string): boolean {
  if (of.isEverything) {
    return true;
  }
  const word = of.fold ? given.toLowerCase() : given;
  const [first] = of.patterns;
  for (let at = 0; at < of.front; at++) {
    if (word.charCodeAt(at) !== first![at]) {
      return false;
    }
  }
  const codes = codesOf(word);
  spend(codes.length >> 3);
  if (!of.hasParts) {
    return of.patterns.some((pattern) => matches(pattern, codes, of.front));
  }
  let state = startOf(of);
  for (const code of codes) {
    spend(state.length);
    state = step(of, state, code);
  }
  return accepting(of, state);
}

/** A short word of a pattern: single characters stand for x, runs for the filler. */
function shortWord(pattern: Pattern, filler: string): string {
  spend(pattern.length >> 2);
  let word = "";
  for (const token of pattern) {
    if (token >= 0) {
      word += String.fromCharCode(token);
    } else {
      word += token > -RUN ? "x" : filler;
    }
  }
  return word;
}

/**
 * A short word that belongs to all of `ins` and none of `outs`; undefined where there is none. Exact: the patterns are read as
 * automata, whose product is searched breadth first.
 */
export function wordIn(ins: readonly Language[], outs: readonly Language[]): string | undefined {
  const isFound = (word: string): boolean =>
    ins.every((each) => accepts(each, word)) && !outs.some((each) => accepts(each, word));
  for (const { patterns } of ins) {
    for (const filler of ["", "x"]) {
      const word = patterns[0] && shortWord(patterns[0], filler);
      if (word !== undefined && isFound(word)) {
        return word;
      }
    }
  }
  if (ins.length === 0 && isFound("x")) {
    return "x";
  }
  const isEmpty = ins.some(
    (each) =>
      each.patterns.every((inner) => outs.some((out) => covers(out, inner, each.fold))) ||
      // Where all ignore case, or none of these words does, the words themselves tell.
      ((!each.fold || [...ins, ...outs].every(({ fold }) => fold)) &&
        isFinite(each) &&
        !wordsOf(each).some(isFound)),
  );
  return isEmpty ? undefined : search(ins, outs);
}

/** Whether a language takes in all that a pattern matches, as far as that shows at once. */
function covers({ patterns, fold }: Language, inner: Pattern, innerFold: boolean): boolean {
  if (innerFold && !fold) {
    return false;
  }
  const same = fold && !innerFold ? lower(inner) : inner;
  return patterns.some((outer) => matches(outer, same));
}

function textOf(codes: readonly number[]): string {
  let text = "";
  for (const code of codes) {
    text += String.fromCharCode(code);
  }
  return text;
}

function isFinite({ patterns }: Language): boolean {
  return patterns.every((pattern) => pattern.every((token) => token >= 0));
}

function wordsOf({ patterns }: Language): string[] {
  return patterns.map(textOf);
}

function lower(pattern: Pattern): Pattern {
  return pattern.map((token) => (token >= 65 && token <= 90 ? token + 32 : token));
}

/** Places in the patterns of a language that a word may have led to, in ascending order: pattern × SPAN + position. */
type State = readonly number[];
const SPAN = 2 ** 20;

interface Node {
  readonly states: readonly State[];
  readonly parent: Node | undefined;
  readonly character: number;
}

function search(ins: readonly Language[], outs: readonly Language[]): string | undefined {
  const languages = [...ins, ...outs];
  const isAccepted = ({ states }: Node): boolean =>
    states.every((state, index) => accepting(languages[index]!, state) === index < ins.length);
  let level = [startOfAll(ins, languages)];
  const seen = new Set<string>();
  while (level.length > 0) {
    const next: Node[] = [];
    for (const node of level) {
      if (isAccepted(node)) {
        return spell(node);
      }
      for (const character of alphabet(languages, node.states)) {
        const states = languages.map((each, index) => step(each, node.states[index]!, character));
        const isDead =
          states.some((state, index) => index < ins.length && state.length === 0) ||
          states.some((state, index) => index >= ins.length && isEndless(languages[index]!, state));
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

/** Where a search begins: past the characters with which every word of one of `ins` begins. */
function startOfAll(ins: readonly Language[], languages: readonly Language[]): Node {
  const [given] = ins
    .filter(({ fold }) => !fold)
    .sort((one, other) => other.front - one.front)
    .map(({ patterns, front }) => patterns[0]?.slice(0, front) ?? []);
  let node: Node = { states: languages.map(startOf), parent: undefined, character: 0 };
  for (const character of given ?? []) {
    const states = languages.map((each, index) => step(each, node.states[index]!, character));
    node = { states, parent: node, character };
  }
  return node;
}

function spell(last: Node): string {
  const codes: number[] = [];
  for (let node: Node | undefined = last; node?.parent !== undefined; node = node.parent) {
    codes.push(node.character);
  }
  return textOf(codes.reverse());
}

function startOf({ patterns }: Language): State {
  const state: number[] = [];
  patterns.forEach((pattern, index) => addClosed(state, pattern, index * SPAN, 0));
  return state;
}

/** Adds a place; a run may also stand for nothing, so what follows it is reached as well. */
function addClosed(state: number[], pattern: Pattern, offset: number, at: number): void {
  for (let place = at; ; place++) {
    const value = offset + place;
    if (state.length === 0 || state[state.length - 1]! < value) {
      state.push(value);
    }
    if (!(pattern[place]! < -RUN)) {
      return;
    }
  }
}

function step({ patterns, fold }: Language, state: State, character: number): State {
  const code = fold && character >= 65 && character <= 90 ? character + 32 : character;
  const next: number[] = [];
  for (const place of state) {
    const offset = Math.floor(place / SPAN) * SPAN;
    const at = place - offset;
    const pattern = patterns[offset / SPAN]!;
    const token = pattern[at];
    if (token === undefined) {
      continue;
    }
    if (token < -RUN) {
      if (isIn(-token - RUN, code)) {
        addClosed(next, pattern, offset, at);
      }
    } else if (token >= 0 ? token === code : isIn(-token, code)) {
      addClosed(next, pattern, offset, at + 1);
    }
  }
  return next;
}

function accepting({ patterns }: Language, state: State): boolean {
  return state.some((place) => patterns[Math.floor(place / SPAN)]!.length === place % SPAN);
}

/** Whether every continuation is accepted: a run of anything at the end of a pattern has been reached. */
function isEndless({ patterns }: Language, state: State): boolean {
  return state.some((place) => {
    const pattern = patterns[Math.floor(place / SPAN)]!;
    const at = place % SPAN;
    return at === pattern.length - 1 && pattern[at] === RUN_ANY;
  });
}

const FRESH = "xqzjkvwyupbgfdhmlcntirsoaeXQZJKVWYUPBGFDHMLCNTIRSOAE0123456789";

/**
 * The characters that lead to different places: those that are spelt out next, a fresh one that stands for all other letters and
 * digits, and what the classes tell apart.
 */
function alphabet(languages: readonly Language[], states: readonly State[]): Set<number> {
  const characters = new Set<number>();
  let isOpen = false;
  languages.forEach(({ patterns }, index) => {
    for (const place of states[index]!) {
      const token = patterns[Math.floor(place / SPAN)]![place % SPAN];
      if (token !== undefined && token >= 0) {
        characters.add(token);
      } else if (token !== undefined) {
        isOpen = true;
      }
    }
  });
  if (isOpen) {
    const literals = new Set(
      [...characters].map((code) => String.fromCharCode(code).toLowerCase()),
    );
    const fresh =
      [...FRESH].find((each) => !literals.has(each.toLowerCase())) ??
      [...FRESH].find((each) => !characters.has(each.charCodeAt(0)));
    for (const other of [fresh, "-", "/", ":", "."]) {
      if (other !== undefined) {
        characters.add(other.charCodeAt(0));
      }
    }
  }
  return characters;
}
