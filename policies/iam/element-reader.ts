import { UNKNOWN } from "./unknown";
import { isOpen } from "./wildcard";

/** More problems are counted, not kept: one broken document should not fill the screen. */
const MOST_PROBLEMS = 20;
/** What the longest policy that AWS stores has room for: 32,768 characters, in a KMS key policy, at five and more a pattern. */
const MOST_PATTERNS = 6_000;
/** The same for conditions, at eight characters and more each. */
const MOST_CONDITIONS = 4_096;

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
  #patterns = 0;
  #conditions = 0;
  #isTooLong = false;
  /** The elements whose values are not known yet, such as `Statement[0].Resource`. */
  readonly unknown: string[] = [];

  /** @param now the time for which the document is judged, in milliseconds since 1970 */
  constructor(readonly now: number = Date.now()) {}

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
  fields(value: object, allowed: readonly string[], at: string): Record<string, unknown> {
    const given = value as Record<string, unknown>;
    const keys = Object.keys(given);
    if (keys.every((key) => allowed.includes(key))) {
      return given;
    }
    const fields: Record<string, unknown> = {};
    const names = new Map(allowed.map((name) => [name.toLowerCase(), name]));
    const longest = Math.max(...allowed.map((name) => name.length));
    let unknownKeys = 0;
    for (const key of keys) {
      const known = key.length > longest ? undefined : names.get(key.toLowerCase());
      if (known === undefined) {
        // The rest of many are counted, not named.
        if (++unknownKeys <= MOST_PROBLEMS) {
          this.problem(
            `${at} has the unknown key ${quote(key)}; allowed are ${allowed.join(", ")}`,
          );
        }
      } else {
        if (known !== key) {
          this.problem(`${at} spells ${known} as ${quote(key)}`);
        }
        if (known in fields) {
          this.problem(`${at} has ${known} twice`);
        }
        fields[known] = given[key];
      }
    }
    this.#moreProblems += Math.max(0, unknownKeys - MOST_PROBLEMS);
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

  /** Whether so many conditions more are within what AWS stores; where not, that is a problem. */
  hasRoomForConditions(count: number, at: string): boolean {
    this.#conditions += count;
    if (this.#conditions <= MOST_CONDITIONS) {
      return true;
    }
    this.problem(
      `${at} brings it to more than ${MOST_CONDITIONS.toLocaleString("en")} conditions; AWS stores no policy that long`,
    );
    return false;
  }

  /** One text or a list of them. */
  strings(value: unknown, at: string, name: string): Strings {
    if (typeof value === "string" && value !== "" && this.#patterns < MOST_PATTERNS) {
      this.#patterns++;
      return { values: [value], unknown: false };
    }
    const list = Array.isArray(value) ? (value as unknown[]) : [value];
    if (list.length === 0) {
      this.problem(`${at}.${name} is an empty list`);
    }
    const values = list.filter((each): each is string => typeof each === "string" && each !== "");
    const unknown = list.includes(UNKNOWN);
    if (unknown) {
      this.unknown.push(`${at}.${name}`);
    }
    if (values.length < list.length) {
      for (const each of list) {
        if (each !== UNKNOWN && (typeof each !== "string" || each === "")) {
          this.problem(`${at}.${name} holds ${describe(each)}, where a text is needed`);
        }
      }
    }
    return { values: this.#withinReason(values, at, name), unknown };
  }

  /** Of a list beyond all reason only the patterns that open everything are judged, and the document counts as unreadable. */
  #withinReason(values: readonly string[], at: string, name: string): readonly string[] {
    if (this.#patterns + values.length <= MOST_PATTERNS) {
      this.#patterns += values.length;
      return values;
    }
    const distinct = values.length === 1 ? values : [...new Set(values)];
    if (this.#patterns + distinct.length <= MOST_PATTERNS) {
      this.#patterns += distinct.length;
      return distinct;
    }
    if (!this.#isTooLong) {
      this.#isTooLong = true;
      this.problem(
        `${at}.${name} brings it to more than ${MOST_PATTERNS.toLocaleString("en")} patterns; AWS stores no policy that long`,
      );
    }
    return distinct.filter((value) => isOpen(value) || value.endsWith(":*")).slice(0, 100);
  }
}

/** Whether a value is an object, and no list. */
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
