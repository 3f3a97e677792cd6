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
  return simplify(hasVariables && pattern.includes("${") ? withoutVariables(pattern) : pattern);
}

/** Goes from brace to brace: a regular expression would search the rest of the text again from each one left open. */
function withoutVariables(pattern: string): string {
  let text = "";
  let done = 0;
  for (let open = pattern.indexOf("${"); open >= 0; open = pattern.indexOf("${", done)) {
    const close = pattern.indexOf("}", open);
    if (close < 0) {
      break;
    }
    text += pattern.slice(done, open) + variableAs(pattern.slice(open + 2, close));
    done = close + 1;
  }
  return text + pattern.slice(done);
}

function variableAs(name: string): string {
  switch (name) {
    case "*":
      return LITERAL_STAR;
    case "?":
      return LITERAL_QUESTION;
    case "$":
      return "$";
    default:
      return VARIABLE;
  }
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
 * pattern advance together, so the cost is at most |pattern| × |template| and no backtracking is possible.
 *
 * @param pattern a prepared resource pattern; compared without regard to case
 */
export function remaindersAfter(pattern: string, template: readonly TemplatePart[]): Remainder[] {
  const text = pattern.toLowerCase();
  if (text.length > LONGEST_ARN) {
    return [];
  }
  let states = withLoops(text, [0]);
  for (const part of template) {
    if (part === ANY_SEGMENT) {
      states = throughSegment(text, states);
    } else {
      for (const character of part as string) {
        states = step(text, states, character);
      }
    }
    if (states.length === 0) {
      return [];
    }
  }
  return states.map((state) => {
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

/** A star and a variable may also stand for nothing. States are in ascending order, each once. */
function withLoops(text: string, states: readonly number[]): number[] {
  const closed: number[] = [];
  for (let state of states) {
    push(closed, state);
    while (isLoop(text, state)) {
      push(closed, ++state);
    }
  }
  return closed;
}

function push(states: number[], state: number): void {
  if (states.length === 0 || states[states.length - 1]! < state) {
    states.push(state);
  }
}

function step(text: string, states: readonly number[], character: string): number[] {
  const next: number[] = [];
  for (const state of states) {
    const expected = text[state];
    if (isLoop(text, state)) {
      push(next, state);
    } else if (expected === "?" || expected === character) {
      push(next, state + 1);
    }
  }
  return withLoops(text, next);
}

/** The states after any text without a colon: each state runs on as far as the next colon of the pattern. */
function throughSegment(text: string, states: readonly number[]): number[] {
  const reached: number[] = [];
  for (let state of states) {
    push(reached, state);
    while (state < text.length && text[state] !== ":") {
      push(reached, ++state);
    }
  }
  return reached;
}

/** Whether a prepared pattern holds a policy variable. */
export function hasVariable(pattern: string): boolean {
  return pattern.includes(VARIABLE);
}
