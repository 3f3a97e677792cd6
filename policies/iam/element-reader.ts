import { UNKNOWN } from "./unknown";
import { RESERVED } from "./patterns";

/** More problems are counted, not kept: one broken document should not fill the screen. */
const MOST_PROBLEMS = 20;

/** The strings of an element such as Action. */
export interface Strings {
  readonly values: readonly string[];
  /** Whether a part of it is not known yet. */
  readonly unknown: boolean;
}

/** Reads the parts of a document and keeps what is wrong with them. */
export class ElementReader {
  readonly #problems: string[] = [];
  #moreProblems = 0;
  /** The elements whose values are not known yet, such as `Statement[0].Resource`. */
  readonly unknown: string[] = [];

  /** What is wrong: why AWS would reject the document, or why it cannot be read. */
  get problems(): readonly string[] {
    return this.#moreProblems === 0
      ? this.#problems
      : [...this.#problems, `${this.#moreProblems.toLocaleString("en")} more problems`];
  }

  problem(text: string): void {
    if (this.#problems.length < MOST_PROBLEMS) {
      this.#problems.push(text);
    } else {
      this.#moreProblems++;
    }
  }

  /** An object; undefined where it is something else or not known yet. */
  object(value: unknown, at: string, needed: string): object | undefined {
    if (isObject(value)) {
      return value;
    }
    if (value === UNKNOWN) {
      this.unknown.push(at);
    } else {
      this.problem(`${at || "it"} is ${describe(value)}, where ${needed} is needed`);
    }
    return undefined;
  }

  /** What an object has under names, which compare without regard to case, though another spelling than AWS's is a problem. */
  fields(
    value: unknown,
    allowed: readonly string[],
    at: string,
    needed: string,
  ): ReadonlyMap<string, unknown> | undefined {
    const object = this.object(value, at, needed);
    if (object === undefined) {
      return undefined;
    }
    const here = at || "the document";
    const fields = new Map<string, unknown>();
    for (const [key, given] of Object.entries(object)) {
      const known = allowed.find((each) => each.toLowerCase() === key.toLowerCase());
      if (known === undefined) {
        this.problem(
          `${here} has the unknown key ${quote(key)}; allowed are ${allowed.join(", ")}`,
        );
        continue;
      }
      if (known !== key) {
        this.problem(`${here} spells ${known} as ${quote(key)}`);
      }
      if (fields.has(known)) {
        this.problem(`${here} has ${known} twice`);
      }
      fields.set(known, given);
    }
    return fields;
  }

  /** An optional text. */
  text(value: unknown, at: string): string | undefined {
    if (typeof value === "string") {
      return value;
    }
    if (value !== undefined && value !== UNKNOWN) {
      this.problem(`${at} is ${describe(value)}, where a text is needed`);
    }
    return undefined;
  }

  /** One text or a list of them. */
  strings(value: unknown, at: string): Strings {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0) {
      this.problem(`${at} is an empty list`);
    }
    const values: string[] = [];
    for (const each of list) {
      if (typeof each === "string" && each !== "" && !RESERVED.test(each)) {
        values.push(each);
      } else if (each !== UNKNOWN) {
        this.problem(`${at} holds ${describe(each)}, where a text is needed`);
      }
    }
    const unknown = list.includes(UNKNOWN);
    if (unknown) {
      this.unknown.push(at);
    }
    return { values, unknown };
  }
}

/** Whether a value is an object and not a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, briefly, for a message. */
export function describe(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "number") {
    return String(value);
  }
  if (typeof value === "string") {
    return quote(value);
  }
  return Array.isArray(value) ? "a list" : `an ${typeof value}`;
}

/** A text in quotation marks, cut to what a message can hold. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 97)}…` : text);
}
