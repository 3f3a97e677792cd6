import { hasWildcard, simplify } from "./wildcard";

/** Private-use characters that stand in a prepared pattern for what IAM writes as `${…}`. */
const VARIABLE = "\uE000";
const LITERAL_STAR = "\uE001";
const LITERAL_QUESTION = "\uE002";

/** Longer than any ARN of AWS's (2,048 characters): such a pattern's literal part matches nothing. */
const LONGEST_ARN = 2048;

/**
 * A resource pattern with its policy variables in one character each, its wildcards simplified.
 * @param hasVariables whether the document's version gives `${…}` a meaning
 */
export function prepareResource(pattern: string, hasVariables: boolean): string {
  const text =
    hasVariables && pattern.includes("${")
      ? pattern
          .replaceAll("${*}", LITERAL_STAR)
          .replaceAll("${?}", LITERAL_QUESTION)
          .replaceAll("${$}", "$")
          .replace(/\$\{[^}]*\}/g, VARIABLE)
      : pattern;
  return simplify(text);
}

/** A part of a template: a text to be matched as it is (in lower case), or any text without a colon. */
export type TemplatePart = string | typeof ANY_SEGMENT;
export const ANY_SEGMENT = Symbol("any text without a colon");

/** What is left of a pattern once a template has matched its front. */
export interface Remainder {
  readonly pattern: string;
  /** Whether the front was matched without a wildcard or a variable. */
  readonly exactFront: boolean;
}

/**
 * Every way in which the front of `pattern` can match `template`, each with the rest of the pattern. The states of the
 * pattern advance together, so the cost is |pattern| × |template| and no backtracking is possible.
 *
 * @param pattern a prepared resource pattern; compared without regard to case
 */
export function remaindersAfter(pattern: string, template: readonly TemplatePart[]): Remainder[] {
  if (pattern.length > LONGEST_ARN && !/^[*?]/.test(pattern.slice(LONGEST_ARN))) {
    return [];
  }
  const text = pattern.slice(0, LONGEST_ARN * 2).toLowerCase();
  let states = closure(text, new Set([0]));
  for (const part of template) {
    if (part === ANY_SEGMENT) {
      states = throughSegment(text, states);
    } else {
      for (const character of part as string) {
        states = closure(text, step(text, states, character));
      }
    }
    if (states.size === 0) {
      return [];
    }
  }
  return [...states].map((state) => {
    const front = pattern.slice(0, state);
    return {
      pattern: pattern.slice(state),
      exactFront: !hasWildcard(front) && !front.includes(VARIABLE) && !isLoop(text, state),
    };
  });
}

function isLoop(text: string, state: number): boolean {
  return text[state] === "*" || text[state] === VARIABLE;
}

/** A star and a variable may also stand for nothing. */
function closure(text: string, states: ReadonlySet<number>): Set<number> {
  const closed = new Set<number>();
  for (let state of states) {
    closed.add(state);
    while (isLoop(text, state)) {
      closed.add(++state);
    }
  }
  return closed;
}

function step(text: string, states: ReadonlySet<number>, character: string): Set<number> {
  const next = new Set<number>();
  for (const state of states) {
    const expected = text[state];
    if (isLoop(text, state)) {
      next.add(state);
    } else if (expected === "?" || expected === character) {
      next.add(state + 1);
    }
  }
  return next;
}

/** The states after any text without a colon: each state runs on as far as the next colon of the pattern. */
function throughSegment(text: string, states: ReadonlySet<number>): Set<number> {
  const reached = new Set<number>();
  for (let state of states) {
    while (!reached.has(state)) {
      reached.add(state);
      if (state >= text.length || text[state] === ":") {
        break;
      }
      state++;
    }
  }
  return reached;
}

/** Whether a prepared pattern holds a policy variable. */
export function hasVariable(pattern: string): boolean {
  return pattern.includes(VARIABLE);
}
