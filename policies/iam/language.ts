/**
 * Sets of words, given by patterns: what a Resource, a condition's values or a domain such as "names of endpoints" denote.
 * A pattern is a list of tokens. A literal is its character's code; the others are negative: one character of a class, or any
 * run of characters of a class.
 */
export type Pattern = readonly number[];

/** The words that at least one of the patterns matches. */
export interface Language {
  readonly patterns: readonly Pattern[];
  /** Whether case is ignored; the patterns are then in lower case. */
  readonly fold: boolean;
  /** Whether a run is not of any characters, so that words must be followed through all places at once. */
  readonly hasParts: boolean;
  /** Whether one of the patterns matches every word. */
  readonly isEverything: boolean;
  /** How many characters all patterns begin with. */
  readonly front: number;
}

/** Classes of characters. */
const ANY = 1;
const NO_COLON = 2;
const NO_SLASH = 3;
const ALPHANUMERIC = 4;
const NAME = 5;
export const RUN = 16;
export const ONE_ANY = -ANY;
export const RUN_ANY = -ANY - RUN;

/** Stands in a word for a text that no policy spells out: only a wildcard takes it in. */
export const MARK = "\uE010";
/** Around a policy variable's name in a word: the value that the variable has in the request. */
const VARIABLE_OPEN = "\uE000";
const VARIABLE_CLOSE = "\uE001";
/** Characters that words use for themselves; no policy may. */
export const RESERVED = /[\uE000-\uE2FF]/;

const COLON = 58;
const SLASH = 47;
const HYPHEN = 45;

function isAlphanumeric(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

export function isIn(characterClass: number, code: number): boolean {
  switch (characterClass) {
    case ANY:
      return true;
    case NO_COLON:
      return code !== COLON;
    case NO_SLASH:
      return code !== SLASH && code !== COLON;
    case ALPHANUMERIC:
      return isAlphanumeric(code);
    default:
      return code === HYPHEN || isAlphanumeric(code);
  }
}

/** How a text becomes a pattern. */
export interface Reading {
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards?: boolean;
  /** Whether `${…}` is a policy variable. */
  readonly variables?: boolean;
  /** Whether a star stays within its part of an ARN, but for the last part. */
  readonly byPart?: boolean;
  readonly fold?: boolean;
  /** The key whose value is compared: its own variable matches whatever it is. */
  readonly key?: string;
}

/** The words that the texts match. */
export function language(texts: readonly string[], reading: Reading): Language {
  return languageOf(
    texts.map((text) => compile(text, reading)),
    reading.fold === true,
  );
}

function languageOf(patterns: readonly Pattern[], fold: boolean): Language {
  const hasParts = patterns.some((each) => each.some((token) => token < -RUN && token !== RUN_ANY));
  const isEverything = patterns.some((each) => each.length === 1 && each[0] === RUN_ANY);
  return { patterns, fold, hasParts, isEverything, front: commonFront(patterns) };
}

function commonFront([first = [], ...others]: readonly Pattern[]): number {
  let front = first.findIndex((token) => token < 0);
  front = front < 0 ? first.length : front;
  for (const other of others) {
    let at = 0;
    while (at < front && other[at] === first[at]) {
      at++;
    }
    front = at;
  }
  return front;
}

function compile(written: string, { wildcards, variables, byPart, fold, key }: Reading): Pattern {
  const text = fold === true ? written.toLowerCase() : written;
  if (variables === true && key !== undefined && text.toLowerCase() === `\${${key}}`) {
    return [RUN_ANY];
  }
  const hasParts = byPart === true && text.split(":", 6).length === 6;
  const pattern: number[] = [];
  const lastClose = text.lastIndexOf("}");
  let colons = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const close =
      variables === true && code === 36 && text[at + 1] === "{" && at < lastClose
        ? text.indexOf("}", at)
        : -1;
    if (close > 0) {
      pushAll(pattern, variableAs(text.slice(at + 2, close)));
      at = close;
    } else if (wildcards === true && code === 42) {
      const run = hasParts && colons < 5 ? -NO_COLON - RUN : RUN_ANY;
      if (pattern[pattern.length - 1] !== run) {
        pattern.push(run);
      }
    } else if (wildcards === true && code === 63) {
      // `*?` and `?*` are the same: one form keeps the runs of wildcards short.
      if (pattern[pattern.length - 1] === RUN_ANY) {
        pattern[pattern.length - 1] = ONE_ANY;
        pattern.push(RUN_ANY);
      } else {
        pattern.push(ONE_ANY);
      }
    } else {
      colons += code === COLON ? 1 : 0;
      pattern.push(code);
    }
  }
  return pattern;
}

function pushAll(pattern: number[], text: string): void {
  for (let at = 0; at < text.length; at++) {
    pattern.push(text.charCodeAt(at));
  }
}

/** `${*}`, `${?}` and `${$}` are the characters themselves; every other name stands for a value. */
function variableAs(name: string): string {
  return name === "*" || name === "?" || name === "$"
    ? name
    : VARIABLE_OPEN + shifted(name.toLowerCase(), SHIFT) + VARIABLE_CLOSE;
}

/** A variable's name is moved to characters of its own, so that its colons and slashes part nothing. */
const SHIFT = 0xe100;

function shifted(text: string, by: number): string {
  return String.fromCharCode(...[...text].map((each) => (each.charCodeAt(0) + by) & 0xffff));
}

const TEMPLATE_CLASSES: Readonly<Record<string, number>> = {
  "*": ANY,
  ":": NO_COLON,
  "/": NO_SLASH,
  a: ALPHANUMERIC,
  n: NAME,
};

/**
 * A domain, written as text with runs in brackets: `[*]` of any characters, `[:]` without a colon, `[/]` without colon and
 * slash, `[a]` of letters and digits, `[n]` of those and hyphens; with a plus, as `[a+]`, at least one, with a dot exactly one.
 */
export function domain(...templates: readonly string[]): Language {
  const patterns = templates.map((template) =>
    template.split(/(\[[*:/an][+.]?\])/).flatMap((part) => {
      const [, name, count] = /^\[([*:/an])([+.]?)\]$/.exec(part) ?? [];
      if (name === undefined) {
        return [...part].map((character) => character.charCodeAt(0));
      }
      const of = TEMPLATE_CLASSES[name]!;
      return count === "" ? [-of - RUN] : count === "." ? [-of] : [-of, -of - RUN];
    }),
  );
  return languageOf(patterns, false);
}

/** A word with values in place of the policy variables that it names. */
export function fillVariables(word: string, valueOf: (variable: string) => string): string {
  return word.includes(VARIABLE_OPEN)
    ? word.replace(/\uE000([^\uE001]*)\uE001/g, (_, variable: string) =>
        valueOf(shifted(variable, -SHIFT)),
      )
    : word;
}

/** Whether a word holds a value that is known only at run time. */
export function hasVariable(word: string): boolean {
  return word.includes(VARIABLE_OPEN);
}
