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

  /** Element names compare without regard to case, but another spelling than AWS's is a problem. */
  fields(value: object, allowed: ReadonlyMap<string, string>, at: string): Map<string, unknown> {
    const fields = new Map<string, unknown>();
    for (const [key, given] of Object.entries(value)) {
      const known = allowed.get(key.toLowerCase());
      if (known === undefined) {
        this.problem(
          `${at} has the unknown key ${quote(key)}; allowed are ${[...allowed.values()].join(", ")}`,
        );
        continue;
      }
      if (known !== key) {
        this.problem(`${at} spells ${known} as ${quote(key)}`);
      }
      if (fields.has(known)) {
        this.problem(`${at} has ${known} twice`);
      }
      fields.set(known, given);
    }
    return fields;
  }

  /** An optional text. */
  text(value: unknown, at: string, name: string): string | undefined {
    if (value === undefined || value === UNKNOWN || typeof value === "string") {
      return typeof value === "string" ? value : undefined;
    }
    this.problem(`${at}.${name} is ${describe(value)}, where a text is needed`);
    return undefined;
  }

  /** One text or a list of them. */
  strings(value: unknown, at: string, name: string): Strings {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0) {
      this.problem(`${at}.${name} is an empty list`);
    }
    const values: string[] = [];
    for (const each of list) {
      if (typeof each === "string" && each !== "" && !RESERVED.test(each)) {
        values.push(each);
      } else if (each !== UNKNOWN) {
        this.problem(`${at}.${name} holds ${describe(each)}, where a text is needed`);
      }
    }
    const unknown = list.includes(UNKNOWN);
    if (unknown) {
      this.unknown.push(`${at}.${name}`);
    }
    return { values, unknown };
  }
}

/** Whether a value is an object and not a list. */
export function isObject(value: unknown): value is object {
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
