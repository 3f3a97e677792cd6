/**
 * Patterns of texts: a Resource, an action, a condition's value, a domain such as "names of endpoints". A pattern is a text in which
 * characters of a private range are wildcards, each for one character of a class or for any run of them; every other character
 * stands for itself. So a pattern without wildcards is the one text that it matches.
 */
import { spend } from "./effort";

export type Pattern = string;

/** The wildcards: for a class of characters, one of them or a run. They are followed by those of the other classes. */
const ONE = 0xe020;
const RUN = 0xe028;
const END = 0xe030;
/** Classes of characters. */
const ANY = 0;
const NO_COLON = 1;
const NO_SLASH = 2;
const ALPHANUMERIC = 3;
const NAME = 4;

const wildcard = (kind: number, ofClass: number): string => String.fromCharCode(kind + ofClass);
/** The pattern that matches every text. */
export const EVERYTHING = wildcard(RUN, ANY);

/** Stands in a word for a text that no policy spells out: only a wildcard takes it in. */
export const MARK = "\uE010";
/** Around a policy variable's name in a word: the value that the variable has in the request. */
const VARIABLE = /\uE000([^\uE001]*)\uE001/g;
/** A star and a question mark that are meant as characters, until all others have become wildcards. */
const LITERALS = new Map([
  ["*", "\uE002"],
  ["?", "\uE003"],
  ["$", "$"],
]);
/** Stands in a word for the name of the user that sends the request. */
export const USERNAME = variable("aws:username");
/** Characters that patterns use for themselves; no policy may. */
export const RESERVED = /[\uE000-\uE2FF]/;

export function isWild(code: number): boolean {
  return code >= ONE && code < END;
}

export function isRun(code: number): boolean {
  return code >= RUN && code < END;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

/** Whether a wildcard takes in a character, or another wildcard with all that it stands for. */
export function takes(wild: number, code: number): boolean {
  const ofClass = wild & 7;
  if (isWild(code)) {
    return (ofClass === ANY || ofClass === (code & 7)) && (isRun(wild) || !isRun(code));
  }
  switch (ofClass) {
    case ANY:
      return true;
    case NO_COLON:
      return code !== 58;
    case NO_SLASH:
      return code !== 58 && code !== 47;
    case ALPHANUMERIC:
      return isAlphanumeric(code);
    default:
      return code === 45 || isAlphanumeric(code);
  }
}

/**
 * Whether a pattern matches a word, or all that another pattern matches; never true where it does not. After a mismatch only the latest
 * run is tried again, one character further: the runs of one class never need an earlier one, and a text never leaves a run of another.
 *
 * @throws TooComplex where that takes too many steps
 */
export function matches(pattern: Pattern, word: Pattern): boolean {
  let at = 0;
  let inWord = 0;
  let run = -1;
  let resume = 0;
  while (inWord < word.length) {
    const token = pattern.charCodeAt(at);
    const code = word.charCodeAt(inWord);
    if (isRun(token)) {
      if (token === RUN && at === pattern.length - 1) {
        return true;
      }
      run = at++;
      resume = inWord;
    } else if (isWild(token) ? takes(token, code) : token === code) {
      at++;
      inWord++;
    } else if (run >= 0 && takes(pattern.charCodeAt(run), word.charCodeAt(resume))) {
      at = run + 1;
      inWord = ++resume;
      spend(resume & 15 ? 0 : 1);
    } else {
      return false;
    }
  }
  while (isRun(pattern.charCodeAt(at))) {
    at++;
  }
  return at === pattern.length;
}

/** How a text becomes a pattern. */
export interface Reading {
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards?: boolean;
  /** Whether `${…}` is a policy variable. */
  readonly variables?: boolean;
  /** Whether a wildcard stays within its part of an ARN, but for the last part. */
  readonly byPart?: boolean;
  readonly fold?: boolean;
  /** The key whose value is compared: its own variable matches whatever it is. */
  readonly key?: string;
}

export function patternOf(written: string, reading: Reading): Pattern {
  const text = reading.fold === true ? written.toLowerCase() : written;
  const hasVariables = reading.variables === true && text.includes("${");
  if (hasVariables && text.toLowerCase() === `\${${reading.key}}`) {
    return EVERYTHING;
  }
  const plain = hasVariables
    ? text.replace(/\$\{([^{}]*)\}/g, (_, name: string) => variable(name))
    : text;
  const pattern =
    reading.wildcards === true ? withWildcards(plain, reading.byPart === true) : plain;
  return hasVariables ? pattern.replaceAll("\uE002", "*").replaceAll("\uE003", "?") : pattern;
}

/** A pattern of which the stars and question marks of IAM are the wildcards. */
export function glob(text: string): Pattern {
  return withWildcards(text, false);
}

function withWildcards(text: string, byPart: boolean): Pattern {
  if (!hasWildcard(text)) {
    return text;
  }
  const parts = byPart ? text.split(":") : [];
  return parts.length < 6
    ? withClass(text, ANY)
    : [
        ...parts.slice(0, 5).map((part) => withClass(part, NO_COLON)),
        withClass(parts.slice(5).join(":"), ANY),
      ].join(":");
}

/** `*?` and `?*` are the same: one form keeps runs of wildcards short. */
function withClass(text: string, ofClass: number): Pattern {
  const [one, run] = [wildcard(ONE, ofClass), wildcard(RUN, ofClass)];
  return text
    .replace(/[*?]{2,}/g, (each) => each.replaceAll("*", "") + (each.includes("*") ? "*" : ""))
    .replaceAll("?", one)
    .replaceAll("*", run);
}

/** `${*}`, `${?}` and `${$}` are the characters themselves; every other name stands for a value. */
function variable(name: string): string {
  return LITERALS.get(name) ?? `\uE000${shifted(name.toLowerCase(), 0xe100)}\uE001`;
}

/** A variable's name is moved to characters of its own, so that its colons and slashes part nothing. */
function shifted(name: string, by: number): string {
  return name.replace(/[!-~\uE121-\uE17E]/g, (each) =>
    String.fromCharCode(each.charCodeAt(0) + by),
  );
}

const TEMPLATE_CLASSES = new Map([
  ["*", ANY],
  [":", NO_COLON],
  ["/", NO_SLASH],
  ["a", ALPHANUMERIC],
  ["n", NAME],
]);

/**
 * A pattern written as text with runs in brackets: `[*]` of any characters, `[:]` without a colon, `[/]` without colon and slash,
 * `[a]` of letters and digits, `[n]` of those and hyphens; with a plus, as `[a+]`, at least one, with a dot exactly one.
 */
export function template(text: string): Pattern {
  return text.replace(/\[([*:/an])([+.]?)\]/g, (_, name: string, count: string) => {
    const ofClass = TEMPLATE_CLASSES.get(name)!;
    const one = count === "" ? "" : wildcard(ONE, ofClass);
    return count === "." ? one : one + wildcard(RUN, ofClass);
  });
}

const WILDCARDS = /[\uE020-\uE02F]/;

/** Whether a pattern has no wildcard. */
export function isPlain(pattern: Pattern): boolean {
  return !WILDCARDS.test(pattern);
}

/** What stands before a pattern's first wildcard. */
export function frontOf(pattern: Pattern): string {
  const at = pattern.search(WILDCARDS);
  return at < 0 ? pattern : pattern.slice(0, at);
}

/** A short word of a pattern: single characters stand for x, runs for the filler. */
export function shortWord(pattern: Pattern, filler: string): string {
  return pattern.replace(/[\uE020-\uE027]/g, "x").replace(/[\uE028-\uE02F]/g, filler);
}

/** A word with values in place of the policy variables that it names. */
export function fillVariables(word: string, valueOf: (variable: string) => string): string {
  return word.replace(VARIABLE, (_, name: string) => valueOf(shifted(name, -0xe100)));
}

/** Whether a word holds a value that is known only at run time. */
export function hasVariable(word: string): boolean {
  return word.includes("\uE000");
}

/** Whether a text has a wildcard of IAM's at all. */
export function hasWildcard(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

/** Whether a text is made of wildcards only, at least one star among them: it leaves nothing out but the shortest texts. */
export function isOpen(text: string): boolean {
  return text.includes("*") && /^[*?]+$/.test(text);
}
