import { numberOf, readCondition, timeOf, type Condition } from "./condition";
import { isOfNoPartition } from "./arns";
import { networksOf } from "./addresses";
import { quote, type ElementReader } from "./element-reader";
import { RESERVED } from "./patterns";
import { UNKNOWN } from "./unknown";

/** Reads a Condition element. */
export function readConditions(
  element: unknown,
  at: string,
  variables: boolean,
  reader: ElementReader,
): readonly Condition[] {
  // A condition of which nothing is known may restrict.
  const unknown = (value: unknown, operator = "StringEquals", key = "?"): readonly Condition[] =>
    value === UNKNOWN ? [readCondition(operator, key, undefined, false)!] : [];
  const operators =
    element === undefined ? {} : reader.object(element, at, "an object of operators");
  if (operators === undefined) {
    return unknown(element);
  }
  return Object.entries(operators).flatMap(([operator, value]) => {
    const place = `${at}.${operator}`;
    if (readCondition(operator, "?", [], false) === undefined) {
      reader.problem(`${place} is not a condition operator of IAM`);
      return [];
    }
    const keys = reader.object(value, place, "an object of condition keys");
    if (keys === undefined) {
      return unknown(value, operator);
    }
    return Object.entries(keys).flatMap(([key, given]): readonly Condition[] => {
      const list: readonly unknown[] = Array.isArray(given) ? given : [given];
      if (list.length === 0 || list.some((each) => each !== UNKNOWN && !isScalar(each))) {
        reader.problem(`${place}.${key} needs a text, a number, a truth value or a list of them`);
        return [];
      }
      if (list.includes(UNKNOWN)) {
        reader.unknown.push(`${place}.${key}`);
        return unknown(UNKNOWN, operator, key);
      }
      const values = list.map(String);
      checkCondition(operator, key, values, place, reader);
      return [readCondition(operator, key, values, variables)!];
    });
  });
}

function isScalar(value: unknown): boolean {
  return typeof value === "string"
    ? !RESERVED.test(value)
    : typeof value === "number" || typeof value === "boolean";
}

const isTruthValue = (text: string): boolean => /^(?:true|false)$/i.test(text);
/** By the operators' names: what their values need to be. */
const VALUES: readonly (readonly [
  operators: RegExp,
  needed: string,
  isOne: (text: string) => boolean,
])[] = [
  [/bool|null/i, "true or false", isTruthValue],
  [/numeric/i, "a number", (text) => !Number.isNaN(numberOf(text))],
  [/date/i, "a date such as 2030-01-31T00:00:00Z", isDate],
  [/ipaddress/i, "an address or a block of addresses", (text) => networksOf([text]).length > 0],
  [/arn/i, "an ARN of one of AWS's partitions", (text) => !isOfNoPartition(text)],
];

/** What AWS rejects about a condition (IAM Access Analyzer policy checks). */
function checkCondition(
  operator: string,
  key: string,
  values: readonly string[],
  place: string,
  reader: ElementReader,
): void {
  if (!/^[^\s:]+:./s.test(key)) {
    reader.problem(`${place} has the key ${quote(key)}; a condition key is written service:key`);
  }
  const [, needed, isOne] = VALUES.find(([operators]) => operators.test(operator)) ?? [];
  const wrong = values.find((each) => isOne?.(each) === false);
  if (wrong !== undefined) {
    reader.problem(`${place}.${key} has the value ${quote(wrong)}, where ${needed} is needed`);
  }
}

/** ISO 8601, of a day that there is, or seconds since 1970. */
function isDate(text: string): boolean {
  const [, day] =
    /^(\d{4}(?:-\d\d){0,2})(?:(?<=-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/i.exec(
      text,
    ) ?? [];
  return Number.isNaN(timeOf(text)) || day === undefined
    ? !Number.isNaN(numberOf(text))
    : new Date(day).toISOString().startsWith(day);
}
