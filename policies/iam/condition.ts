import { contains, networksOf } from "./addresses";
import { MARK, type Reading } from "./patterns";
import { accepts, language, type Language } from "./words";

/** A condition of a statement: one key under one operator. */
export interface Condition {
  /** As written, such as `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  /** In lower case: condition keys are compared without regard to case. */
  readonly key: string;
  /** The key as written. */
  readonly writtenKey: string;
  /** Undefined where they are not known yet. */
  readonly values: readonly string[] | undefined;
  readonly test: ValueTest;
  /** Over the values of a key that may have several. */
  readonly quantifier: "any" | "all" | undefined;
  readonly ifExists: boolean;
}

/** What an operator asks of one value of a key, without quantifier and `IfExists`. */
export interface ValueTest {
  readonly type: "string" | "number" | "date" | "address" | "null";
  /** Whether it is the Not form, which also holds where the key is absent. */
  readonly negated: boolean;
  /** Of a string test: the values that it matches. */
  readonly language: Language | undefined;
  /** Whether one value passes; for a Not form, whether the positive form would. */
  readonly matches: (value: string, now: number) => boolean;
}

/** The values of a key in a request: a single one, several of a key that may have several, or none. */
export type KeyValue = string | readonly string[] | undefined;

/** The operators of the IAM reference, without quantifier, Not and `IfExists`. */
const STRING_OPERATORS = new Map<string, Reading>([
  ["stringequals", {}],
  ["stringequalsignorecase", { fold: true }],
  ["stringlike", { wildcards: true }],
  ["binaryequals", {}],
  ["arnequals", { wildcards: true, byPart: true }],
  ["arnlike", { wildcards: true, byPart: true }],
]);
const TRUTH_VALUES = ["true", "false"];
const COMPARISONS = new Map<string, (value: number, bound: number) => boolean>([
  ["equals", (value, bound) => value === bound],
  ["lessthan", (value, bound) => value < bound],
  ["lessthanequals", (value, bound) => value <= bound],
  ["greaterthan", (value, bound) => value > bound],
  ["greaterthanequals", (value, bound) => value >= bound],
]);
/** Keys that hold the time of a request. */
export const TIME_KEYS: ReadonlySet<string> = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:tokenissuetime",
]);
/** Nobody waits five years for a permission to end. */
const FAR_AWAY = 5 * 365 * 24 * 60 * 60 * 1000;

/**
 * Reads a condition.
 * @param variables whether the document's version gives `${…}` its meaning
 * @returns undefined where IAM has no such operator
 */
export function readCondition(
  operator: string,
  writtenKey: string,
  values: readonly string[] | undefined,
  variables: boolean,
): Condition | undefined {
  const [, quantifier, base, ifExists] = /^(?:for(any|all)values?:)?(.+?)(ifexists)?$/.exec(
    operator.toLowerCase(),
  ) ?? ["", undefined, "", undefined];
  const test = testOf(base!, writtenKey.toLowerCase(), values ?? [], variables);
  return test === undefined || (test.type === "null" && ifExists !== undefined)
    ? undefined
    : {
        operator,
        key: writtenKey.toLowerCase(),
        writtenKey,
        values,
        test,
        quantifier: quantifier as Condition["quantifier"],
        ifExists: ifExists !== undefined,
      };
}

function testOf(
  base: string,
  key: string,
  values: readonly string[],
  variables: boolean,
): ValueTest | undefined {
  const positive = base.replace("not", "");
  const negated = positive !== base;
  const lower = values.map((value) => value.toLowerCase());
  const reading = base === "bool" ? { fold: true } : STRING_OPERATORS.get(positive);
  if (reading !== undefined) {
    // The mark stands for either truth value.
    const isEither = base === "bool" && TRUTH_VALUES.every((each) => lower.includes(each));
    const words = language(isEither ? [...values, MARK] : values, { ...reading, variables, key });
    return { type: "string", negated, language: words, matches: (value) => accepts(words, value) };
  }
  const of = (type: ValueTest["type"], matches: ValueTest["matches"]): ValueTest => ({
    type,
    negated,
    language: undefined,
    matches,
  });
  if (base === "null") {
    return of("null", () => lower.includes("false"));
  }
  if (positive === "ipaddress") {
    const ranges = networksOf(values);
    return of("address", (value) => contains(ranges, value));
  }
  const [, type, name] = /^(numeric|date)(.+)$/.exec(positive) ?? [];
  const compare = COMPARISONS.get(name ?? "");
  if (compare === undefined || (negated && name !== "equals")) {
    return undefined;
  }
  const read = type === "date" ? timeOf : numberOf;
  const bounds = values.map(read);
  const unit = type === "date" ? 1 : 1000;
  return of(type === "date" ? "date" : "number", (value, now) => {
    if (value === MARK) {
      // Of the times to come, the mark stands for every one in the next years.
      const times = [now / unit, (now + FAR_AWAY) / unit];
      return (
        TIME_KEYS.has(key) && bounds.some((bound) => times.every((time) => compare(time, bound)))
      );
    }
    const given = read(value);
    return bounds.some((bound) => compare(given, bound));
  });
}

export function numberOf(text: string): number {
  return /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : NaN;
}

/** IAM takes dates of ISO 8601 and seconds since 1970. */
export function timeOf(text: string): number {
  return /^-?\d{5,}(?:\.\d+)?$|^0$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** Whether a condition holds for the values of its key. */
export function holds(condition: Condition, value: KeyValue, now: number): boolean {
  const { test, quantifier, ifExists } = condition;
  if (test.type === "null") {
    const wanted = condition.values!.map((each) => each.toLowerCase());
    return wanted.includes(value === undefined ? "true" : "false");
  }
  if (value === undefined || value.length === 0) {
    return ifExists || quantifier === "all" || (test.negated && quantifier === undefined);
  }
  const passes = (each: string): boolean => test.matches(each, now) !== test.negated;
  const values = typeof value === "string" ? [value] : value;
  return quantifier === "all" ? values.every(passes) : values.some(passes);
}
